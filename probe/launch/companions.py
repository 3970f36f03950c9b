"""What ECS says of what runs beside a service's containers: ECS Exec's agent and Service Connect's proxy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from probe.launch.refusals import FAILURES, in_one_line
from probe.launch.telling import Tell


def execute_command(ecs: Any, service: Mapping[str, Any], tell: Tell) -> dict[str, str] | None:
    """What ECS Exec uses besides Session Manager, as its cluster says; ``None`` where it is off.

    ``tell`` hears that the cluster's configuration could not be read.
    """
    if not service.get("enableExecuteCommand"):
        return None
    try:
        answer = ecs.describe_clusters(clusters=[service["clusterArn"]], include=["CONFIGURATIONS"])
    except FAILURES as error:
        tell(f"what ECS Exec logs to could not be read, so that is not looked at: {in_one_line(error)}")
        return {}
    cluster: Mapping[str, Any] = next(iter(answer["clusters"]), {})
    return _used(cluster.get("configuration", {}).get("executeCommandConfiguration", {}))


def service_connect(configuration: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The log configuration of Service Connect's proxy, empty where it has none; ``None`` where it is off."""
    if not configuration or not configuration.get("enabled"):
        return None
    return dict(configuration.get("logConfiguration") or {})


def _used(configured: Mapping[str, Any]) -> dict[str, str]:
    """The key, and where sessions are logged to if that is not where the container logs."""
    logs = configured.get("logConfiguration", {}) if configured.get("logging") == "OVERRIDE" else {}
    named = {
        "kms": configured.get("kmsKeyId"),
        "log_group": logs.get("cloudWatchLogGroupName"),
        "bucket": logs.get("s3BucketName"),
    }
    return {name: str(value) for name, value in named.items() if value}
