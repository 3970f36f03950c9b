"""A VPC as large as they get, in which one endpoint's group admits nobody."""

from __future__ import annotations

from probe.diagnosis.case import Case
from probe.evidence.snapshot import Endpoint, GroupRule, Interface, Route, SecurityGroup, Snapshot, Subnet
from probe.model import Kind, Layer
from tests.builders import cases, vpcs

SIZE = "40 subnets, 60 endpoints and 300 groups"
SUBNETS = tuple(f"subnet-{number}" for number in range(40))
SERVICES = (*vpcs.INTERFACE_SERVICES, *(f"service-{number}" for number in range(55)))
"""With S3's gateway there are 60 endpoints."""
BROKEN = "secretsmanager"
ENDPOINTS_GROUP, OTHER_GROUP = 10, 11


def case() -> Case:
    """A probe in every subnet told that one service cannot be connected, and that the others work."""
    address = _address(SERVICES.index(BROKEN), 0)
    broken = cases.fails(BROKEN, Layer.TCP, Kind.TIMEOUT, at=address)
    told = (*broken, *cases.works(*cases.others(BROKEN)))
    outcomes = tuple(cases.outcome(subnet, *told) for subnet in SUBNETS)
    return cases.case(snapshot(), *outcomes, spec=cases.spec(subnets=SUBNETS))


def snapshot() -> Snapshot:
    """Its configuration."""
    return vpcs.private_vpc(
        subnets=tuple(_subnet(number, name) for number, name in enumerate(SUBNETS)),
        route_tables=(vpcs.table("rtb-1", SUBNETS, Route(destination="pl-s3", target="vpce-s3")),),
        network_acls=(vpcs.acl("acl-1", SUBNETS),),
        security_groups=(_task_group(), *(_group(number) for number in range(299))),
        endpoints=(*(_endpoint(one) for one in SERVICES), vpcs.gateway("rtb-1")),
        interfaces=tuple(_interface(at, zone) for at in range(len(SERVICES)) for zone in range(3)),
    )


def _subnet(number: int, name: str) -> Subnet:
    zone = "us-east-1" + "abc"[number % 3]
    return Subnet(id=name, vpc="vpc-1", az=zone, cidr=f"10.0.{number}.0/24", free_addresses=200)


def _task_group() -> SecurityGroup:
    return vpcs.group("sg-task", GroupRule(egress=True, protocol="-1", cidr=vpcs.ANY))


def _group(number: int) -> SecurityGroup:
    """One that admits five others; the endpoints' admits the task."""
    admitted = ("sg-task",) if number == ENDPOINTS_GROUP else tuple(f"sg-{one}" for one in range(5))
    rules = (GroupRule(egress=False, protocol="tcp", ports=(443, 443), group=one) for one in admitted)
    return vpcs.group(f"sg-{number}", *rules)


def _endpoint(service: str) -> Endpoint:
    groups = (f"sg-{OTHER_GROUP if service == BROKEN else ENDPOINTS_GROUP}",)
    interfaces = tuple(f"eni-{service}-{zone}" for zone in range(3))
    return vpcs.endpoint(service, subnets=SUBNETS[:3], interfaces=interfaces, groups=groups)


def _interface(service: int, zone: int) -> Interface:
    name = SERVICES[service]
    return Interface(
        id=f"eni-{name}-{zone}",
        subnet=SUBNETS[zone],
        addresses=(_address(service, zone),),
        groups=_endpoint(name).groups,
        type="vpc_endpoint",
    )


def _address(service: int, zone: int) -> str:
    return f"10.0.{zone}.{service + 10}"
