"""A function is a witness where public addresses do not matter."""

from __future__ import annotations

import pytest

from probe.evidence.snapshot import Denied, Snapshot
from probe.launch.witness import objection
from tests.builders.cases import spec
from tests.builders.vpcs import nat_vpc, private_vpc, public_vpc

UNREAD = Denied(action="ec2:DescribeRouteTables", resource="*", words="not allowed")


@pytest.mark.parametrize(
    ("snapshot", "public", "why"),
    [
        (private_vpc(), False, None),
        (nat_vpc(), False, None),
        (public_vpc(), False, "the way out of this subnet is igw-1"),
        (public_vpc(), True, "assignPublicIp"),
        (nat_vpc(), True, "assignPublicIp"),
        (public_vpc(route_tables=UNREAD), False, None),
    ],
    ids=["private", "nat", "internet-gateway", "public-task", "public-task-behind-nat", "routes-unread"],
)
def test_it_never_has_a_public_address(snapshot: Snapshot, public: bool, why: str | None) -> None:  # noqa: FBT001  a column
    """For tasks that have one, or a subnet whose way out serves nobody else, its silence means nothing."""
    said = objection(spec(assign_public_ip=public), snapshot, "subnet-a")
    assert (said is None, why or "") == (why is None, why if why and why in (said or "") else "")
