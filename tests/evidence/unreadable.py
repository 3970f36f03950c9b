"""Flows of which some gate cannot be read, or lies beyond this VPC."""

from __future__ import annotations

from probe.evidence.flows import Flow
from probe.evidence.snapshot import Route, Snapshot
from tests.builders.vpcs import (
    ANY,
    S3_ADDRESS,
    group,
    nat_vpc,
    private_vpc,
    service,
)
from tests.evidence.walks import ENDPOINT, FAR, INSTANCE, REFUSAL, TO_LIST, flow, routed

UNKNOWN: dict[str, tuple[Snapshot, Flow]] = {
    "subnets": (private_vpc(subnets=REFUSAL), flow(FAR)),
    "subnet": (private_vpc(subnets=()), flow(FAR)),
    "groups": (private_vpc(security_groups=REFUSAL), flow(FAR)),
    "no-groups": (private_vpc(), flow(FAR, groups=())),
    "acls": (private_vpc(network_acls=REFUSAL), flow(FAR)),
    "no-acl": (private_vpc(network_acls=()), flow(FAR)),
    "routes": (nat_vpc(route_tables=REFUSAL), flow()),
    "no-table": (nat_vpc(route_tables=()), flow()),
    "interfaces": (private_vpc(interfaces=REFUSAL), flow(FAR)),
    "no-interface": (private_vpc(), flow("10.0.2.200")),
    "nats": (nat_vpc(nat_gateways=REFUSAL), flow()),
    "no-nat": (nat_vpc(nat_gateways=()), flow()),
    "endpoints": (private_vpc(endpoints=REFUSAL), flow(S3_ADDRESS)),
    "no-endpoint": (private_vpc(endpoints=()), flow(S3_ADDRESS)),
    "endpoint-of-a-name": (private_vpc(endpoints=REFUSAL), flow(None, service_name=service("ecr.api"))),
    "address-of-a-name": (private_vpc(interfaces=REFUSAL), flow(None, service_name=service("ecr.api"))),
    "instance": (nat_vpc(**INSTANCE), flow()),
    "prefix-list": (
        private_vpc(security_groups=(group("sg-task", TO_LIST), ENDPOINT), prefix_lists=()),
        flow(S3_ADDRESS, service_name=service("s3")),
    ),
    "transit-gateway": (routed(Route(destination=ANY, target="tgw-1")), flow()),
    "peering": (routed(Route(destination="10.7.0.0/16", target="pcx-1")), flow("10.7.0.9")),
    "something-new": (routed(Route(destination=ANY, target="xyz-1")), flow()),
}
