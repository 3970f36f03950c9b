"""Whether a function is a witness for the tasks of a subnet: it never has a public address."""

from __future__ import annotations

from probe.evidence.places import chart
from probe.evidence.routes import table_of
from probe.evidence.snapshot import Snapshot
from probe.model import Spec

_EVERYWHERE = "0.0.0.0/0"
_NEVER = "its path is not the task's: a function never has a public address"


def objection(spec: Spec, read: Snapshot, subnet: str) -> str | None:
    """Why a function in the subnet says nothing of the service's tasks; ``None`` where it does.

    https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html
    """
    if spec.assign_public_ip:
        return f"{_NEVER}, and the service's tasks have one (assignPublicIp)"
    table = table_of(chart(read), subnet)
    outward = [route.target for route in table.routes if route.destination == _EVERYWHERE] if table else []
    gateway = next((target for target in outward if target.startswith("igw-")), None)
    if gateway is None:
        return None
    return f"{_NEVER}, and the way out of this subnet is {gateway}, which serves public addresses alone"
