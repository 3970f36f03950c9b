"""Plans for the probe: the product's own for the bench's service, and others made out of it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from tests.bench.eight_services import ENDPOINTS, SERVICE

Plan = dict[str, Any]
RUN_PROBE = (sys.executable, "-m", "probe.cli")
_SHORT = ("sts", "ssm", "kms")
_LONG = 600.0


def healthy() -> Plan:
    """What ``run-probe --dry-run`` would have the container do, every service being needed."""
    asked = subprocess.run(
        [*RUN_PROBE, "--like-service", SERVICE, "--dry-run", "--services", ",".join(ENDPOINTS)],
        capture_output=True,
        text=True,
        check=True,
    )
    (request,) = json.loads(asked.stdout)["RunTask"]
    (container,) = request["overrides"]["containerOverrides"]
    plan: Plan = json.loads(container["environment"][0]["value"])
    return plan


def run(plan: Plan, number: int) -> Plan:
    """The same with log streams of its own."""
    again: Plan = json.loads(json.dumps(plan).replace(plan["run"], f"{plan['run']}{number}"))
    return again


def to_tls(plan: Plan) -> Plan:
    """The part that a blackbox exporter does as well."""
    layers = {"layers": ["dns", "tcp", "tls"], "calls": []}
    return plan | {"logs": None, "targets": [target | layers for target in plan["targets"]]}


def of(plan: Plan, size: int) -> Plan:
    """``size`` targets up to HTTP, short enough for a task definition, with time for all of them."""
    targets = [
        {"name": f"{number:x}", "service": service, "host": f"{service}.{plan['region']}.amazonaws.com"}
        | {"region": plan["region"], "needed": True, "because": "", "group": "s"}
        for number, service in ((one, _SHORT[one % len(_SHORT)]) for one in range(size))
    ]
    return plan | {"logs": None, "targets": targets, "connect_timeout": _LONG, "deadline": _LONG}
