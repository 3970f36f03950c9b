"""What a service has run beside its containers: ECS Exec's agent, and Service Connect's proxy.

No start waits for ECS Exec: its agent runs beside the application, and ``execute-command`` alone fails
without it.  Every container waits for Service Connect's proxy to be healthy, and that waits for its
configuration.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import msgspec

from probe import endpoints
from probe.model import Requirement, RequirementKind, Spec
from probe.requirements import readers
from probe.requirements.place import Place

EXEC, CONNECT = "ECS Exec", "Service Connect"
_OF_CONFIGURATION = {"kms": "kms", "log_group": "logs", "bucket": "s3"}
"""What a cluster's ``executeCommandConfiguration`` names, and the service that keeps it."""


def read(spec: Spec) -> Iterator[Requirement]:
    """What the service asks for besides its task definition."""
    return chain(_execute_command(spec), _service_connect(spec))


def _execute_command(spec: Spec) -> Iterator[Requirement]:
    if spec.execute_command is None:
        return
    used = (service for name, service in _OF_CONFIGURATION.items() if name in spec.execute_command)
    for service in ("ssmmessages", *used):
        yield _endpoint(EXEC, service, spec.region, gates=False)


def _service_connect(spec: Spec) -> Iterator[Requirement]:
    if spec.service_connect is None:
        return
    yield _endpoint(CONNECT, "ecs-agent", spec.region, gates=True)
    proxy = {"name": "ecs-service-connect", "logConfiguration": spec.service_connect}
    for need in readers.of_container(proxy, Place(region=spec.region, account=spec.account, images={})):
        yield msgspec.structs.replace(need, corrections=())  # The service says it, not its definition.


def _endpoint(label: str, service: str, region: str, *, gates: bool) -> Requirement:
    host = endpoints.host(service, region)
    return Requirement(
        kind=RequirementKind.HOST,
        container=label,
        reference=f"{host}:443",
        region=region,
        hosts=(host,),
        details={"service": service, "gates_start": "true" if gates else "false"},
    )
