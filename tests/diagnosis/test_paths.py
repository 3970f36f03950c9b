"""Network paths: one thing changed in a whole VPC, and the one finding that it makes."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from probe.diagnosis import diagnose
from probe.evidence.controls import HostedZone, PublicAccess
from probe.evidence.snapshot import Denied, Route, Snapshot, Vpc
from probe.model import Confidence, Finding, Kind, Layer, Outcome, Road, Severity
from tests.builders.cases import (
    BY_NAME,
    TARGETS,
    case,
    everywhere,
    fails,
    others,
    outcome,
    spec,
    target,
    works,
)
from tests.builders.vpcs import (
    ANY,
    PUBLIC,
    S3_ADDRESS,
    SUBNETS,
    VPC_CIDR,
    acl,
    address,
    deny,
    endpoint,
    gateway,
    group,
    nat,
    nat_vpc,
    private_vpc,
    public_vpc,
    service,
    table,
)

CLOSED_ENDPOINT = private_vpc(security_groups=(private_vpc().security_groups[0], group("sg-endpoint")))  # type: ignore[index]
TIMEOUT = Kind.TIMEOUT


def everything_times_out(at: str = PUBLIC) -> tuple[Outcome, ...]:
    """Every needed target, from every subnet."""
    needed = [one.name for one in TARGETS if one.needed]
    return tuple(
        outcome(subnet, *(step for name in needed for step in fails(name, Layer.TCP, TIMEOUT, at)))
        for subnet in SUBNETS
    )


def one_fails(name: str, at: str | None) -> tuple[Outcome, ...]:
    """One target times out everywhere at a public address, or at the endpoint nearby where none is given."""
    return tuple(
        outcome(one, *fails(name, Layer.TCP, TIMEOUT, at or address(name, one)), *works(*others(name)))
        for one in SUBNETS
    )


def subjects(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    """What identifies findings."""
    return [(finding.code, finding.subject) for finding in findings]


LOOKALIKE = replace(endpoint("secretsmanager"), groups=("sg-own",))
OWN_INTERFACES = tuple(
    replace(one, groups=("sg-own",)) if "secretsmanager" in one.id else one
    for one in private_vpc().interfaces  # type: ignore[union-attr]
)
OWN_GROUP = private_vpc(
    endpoints=(endpoint("ecr.api"), endpoint("ecr.dkr"), LOOKALIKE, endpoint("logs"), gateway("rtb-1")),
    interfaces=OWN_INTERFACES,
    security_groups=(*private_vpc().security_groups, group("sg-own")),  # type: ignore[misc]
)
NO_EGRESS = private_vpc(security_groups=(group("sg-task"), private_vpc().security_groups[1]))  # type: ignore[index]
WITHOUT_SECRETS = private_vpc(
    endpoints=(endpoint("ecr.api"), endpoint("ecr.dkr"), endpoint("logs"), gateway("rtb-1"))
)
NAMELESS = private_vpc(
    endpoints=(
        endpoint("ecr.api"),
        endpoint("ecr.dkr"),
        endpoint("secretsmanager", private_dns=False),
        endpoint("logs"),
        gateway("rtb-1"),
    )
)
HOSTNAMES_OFF = private_vpc(vpcs=(Vpc(id="vpc-1", cidrs=(VPC_CIDR,), dns_support=True, dns_hostnames=False),))
REPLY_DENIED = nat_vpc(
    network_acls=(
        acl("acl-1", SUBNETS, deny(90, egress=False, ports=(32768, 60999))),
        acl("acl-public", ("subnet-public",)),
    )
)
LOCAL = Route(destination=VPC_CIDR, target="local")
PUBLIC_TABLE = table("rtb-public", ("subnet-public",), Route(destination=ANY, target="igw-1"))
NO_ROUTE = nat_vpc(route_tables=(table("rtb-1", SUBNETS), PUBLIC_TABLE))
BLACKHOLE = nat_vpc(
    route_tables=(
        table("rtb-1", SUBNETS, Route(destination=ANY, target="nat-0", state="blackhole")),
        PUBLIC_TABLE,
    )
)
UNASSOCIATED = private_vpc(
    route_tables=(
        table("rtb-1", ("subnet-a", "subnet-b"), Route(destination="pl-s3", target="vpce-s3")),
        table("rtb-2", ("subnet-c",)),
    )
)
PENDING = private_vpc(
    endpoints=(
        endpoint("ecr.api"),
        endpoint("ecr.dkr"),
        endpoint("secretsmanager", state="pendingAcceptance"),
        endpoint("logs"),
        gateway("rtb-1"),
    )
)
REQUEST_DENIED = private_vpc(network_acls=(acl("acl-1", SUBNETS, deny(50, egress=True, ports=(443, 443))),))

FAULTS: dict[str, tuple[Snapshot, tuple[Outcome, ...], list[tuple[str, str]]]] = {
    "endpoint-group": (
        OWN_GROUP,
        one_fails("secretsmanager", None),
        [("endpoint-sg-blocks-ingress", "sg-own")],
    ),
    "task-group": (
        NO_EGRESS,
        one_fails("secretsmanager", None),
        [("task-sg-blocks-egress", "sg-task")],
    ),
    "endpoint-missing": (
        WITHOUT_SECRETS,
        one_fails("secretsmanager", PUBLIC),
        [("vpc-endpoint-missing", service("secretsmanager"))],
    ),
    "private-dns": (
        NAMELESS,
        one_fails("secretsmanager", PUBLIC),
        [("private-dns-disabled", "vpce-secretsmanager")],
    ),
    "hostnames": (HOSTNAMES_OFF, one_fails("secretsmanager", PUBLIC), [("private-dns-disabled", "vpc-1")]),
    "reply": (REPLY_DENIED, everything_times_out(), [("nacl-blocks-reply", "acl-1/ingress/90")]),
    "request": (
        REQUEST_DENIED,
        one_fails("logs", address("logs", "subnet-b"))[::2],
        [("nacl-blocks-request", "acl-1/egress/50")],
    ),
    "no-route": (NO_ROUTE, everything_times_out(), [("no-route-to-internet", "rtb-1")]),
    "blackhole": (BLACKHOLE, everything_times_out(), [("route-blackholed", f"rtb-1/{ANY}")]),
    "no-public-ip": (public_vpc(), everything_times_out(), [("no-public-ip", "checkout")]),
    "pending": (
        PENDING,
        one_fails("secretsmanager", PUBLIC),
        [("vpc-endpoint-unavailable", "vpce-secretsmanager")],
    ),
    "nat-failed": (
        nat_vpc(nat_gateways=(nat(state="failed"),)),
        everything_times_out(),
        [("nat-gateway-unusable", "nat-1")],
    ),
    "nat-private": (
        nat_vpc(nat_gateways=(nat(public=False),)),
        everything_times_out(),
        [("nat-gateway-unusable", "nat-1")],
    ),
    "nat-buried": (
        nat_vpc(
            route_tables=(
                table("rtb-1", SUBNETS, Route(destination=ANY, target="nat-1")),
                table("rtb-public", ("subnet-public",)),
            )
        ),
        everything_times_out(),
        [("nat-gateway-unusable", "nat-1")],
    ),
    "public-access": (
        nat_vpc(public_access=(PublicAccess(mode="block-bidirectional"),)),
        everything_times_out(),
        [("public-access-blocked", "vpc-1")],
    ),
    "tgw": (
        nat_vpc(route_tables=(table("rtb-1", SUBNETS, Route(destination=ANY, target="tgw-1")),)),
        one_fails("secretsmanager", PUBLIC),
        [
            ("path-blocked-unexplained", f"{subnet}/secretsmanager.us-east-1.amazonaws.com:443")
            for subnet in SUBNETS
        ],
    ),
    "foreign": (
        private_vpc(hosted_zones=(HostedZone(id="Z1", name="amazonaws.com", vpcs=("vpc-1",)),)),
        one_fails("secretsmanager", "10.9.0.4"),
        [("dns-answer-foreign", "Z1")],
    ),
}


@pytest.mark.parametrize(("snapshot", "outcomes", "expected"), FAULTS.values(), ids=FAULTS.keys())
def test_one_fault_is_one_finding(
    snapshot: Snapshot, outcomes: tuple[Outcome, ...], expected: list[tuple[str, str]]
) -> None:
    """What was measured and how the VPC is configured name the object to change, and nothing else."""
    subnets = tuple(one.subnet for one in outcomes)
    assert expected == subjects(diagnose(case(snapshot, *outcomes, spec=spec(subnets=subnets))))


@pytest.mark.parametrize(("snapshot", "_", "expected"), FAULTS.values(), ids=FAULTS.keys())
def test_configuration_alone_is_a_hypothesis(
    snapshot: Snapshot, _: tuple[Outcome, ...], expected: list[tuple[str, str]]
) -> None:
    """Before anything was measured the same objects are named, and only as inferred."""
    unseen = {"path-blocked-unexplained", "dns-answer-foreign"}
    found = diagnose(case(snapshot))
    assert ([one for one in expected if one[0] not in unseen], {Confidence.INFERRED}) == (
        subjects(found),
        {one.confidence for one in found} or {Confidence.INFERRED},
    )


@pytest.mark.parametrize("snapshot", [private_vpc(), nat_vpc()], ids=["private", "nat"])
def test_a_whole_vpc_raises_nothing(snapshot: Snapshot) -> None:
    """Neither before a run nor after a healthy one."""
    healthy = tuple(outcome(subnet, *works(*TARGETS)) for subnet in SUBNETS)
    assert ((), ()) == (diagnose(case(snapshot)), diagnose(case(snapshot, *healthy)))


@pytest.mark.parametrize(("snapshot", "_", "__"), FAULTS.values(), ids=FAULTS.keys())
def test_a_path_that_works_raises_nothing(snapshot: Snapshot, _: object, __: object) -> None:
    """However odd the configuration."""
    healthy = tuple(outcome(subnet, *works(*TARGETS)) for subnet in SUBNETS)
    assert () == diagnose(case(snapshot, *healthy))


def test_a_fault_in_one_subnet_of_three_says_which() -> None:
    """The gateway endpoint lacks one route table; its subnet alone is named, though its probe never ran."""
    whole = [outcome(one, *works(*TARGETS)) for one in SUBNETS[:2]]
    dialled = fails("s3", Layer.TCP, TIMEOUT, S3_ADDRESS, road=Road.STOP_REASON)
    ended = outcome("subnet-c", *works(BY_NAME["ecr.api"], BY_NAME["ecr.dkr"]), *dialled, complete=False)
    found = diagnose(case(UNASSOCIATED, *whole, ended))
    assert [("s3-gateway-not-associated", "vpce-s3/rtb-2", ("subnet-c",), Confidence.CORROBORATED)] == [
        (one.code, one.subject, one.subnets, one.confidence) for one in found
    ]


def test_two_faults_are_two_findings() -> None:
    """A closed endpoint in one place and a denied role in another do not hide each other."""
    from tests.builders.cases import ROLE, refused

    steps = tuple(
        outcome(
            one,
            *fails("secretsmanager", Layer.TCP, TIMEOUT, road=Road.EXIT_CODE),
            *refused("logs", Kind.ACCESS_DENIED, road=Road.EXIT_CODE),
            *works(*others("secretsmanager", "logs")),
        )
        for one in SUBNETS
    )
    found = diagnose(case(OWN_GROUP, *steps))
    assert [("endpoint-sg-blocks-ingress", "sg-own"), ("identity-policy-denies", ROLE)] == subjects(found)


@pytest.mark.parametrize(
    ("kind", "code"), [(Kind.REFUSED, "connection-refused"), (Kind.RESET, "connection-reset")]
)
def test_an_active_answer_is_no_silence(kind: Kind, code: str) -> None:
    """Groups and NACLs are silent, so a refusal is somebody's."""
    outcomes = everywhere(*fails("logs", Layer.TCP, kind, address("logs", "subnet-a")), besides=("logs",))
    assert [(code, "logs.us-east-1.amazonaws.com:443")] == subjects(diagnose(case(private_vpc(), *outcomes)))


def test_one_dead_address_beside_a_living_one_is_a_warning() -> None:
    """It works today, from one zone's address, and is fragile."""
    dead = replace(fails("logs", Layer.TCP, TIMEOUT, address("logs", "subnet-b"))[-1])
    outcomes = [outcome(one, *works(*TARGETS), dead) for one in SUBNETS]
    found = diagnose(case(REQUEST_DENIED, *outcomes))
    assert [("nacl-blocks-request", Severity.WARNING)] == [(one.code, one.severity) for one in found][:1]


def test_what_nothing_needs_raises_nothing() -> None:
    """KMS is measured, and no task of this service needs a path to it."""
    outcomes = [
        outcome(one, *works(*others("kms")), *fails("kms", Layer.TCP, TIMEOUT, PUBLIC)) for one in SUBNETS
    ]
    assert () == diagnose(case(private_vpc(), *outcomes))


def test_a_reference_to_another_region_needs_a_way_out() -> None:
    """An endpoint of Secrets Manager does not reach across regions; the way out does."""
    from probe.model import Call

    far = target(
        "secretsmanager",
        Call(operation="secretsmanager:GetSecretValue", reference="arn:far"),
        region="eu-west-1",
    )
    outcomes = [
        outcome(one, *works(*TARGETS), *fails(far.name, Layer.TCP, TIMEOUT, PUBLIC)) for one in SUBNETS
    ]
    found = diagnose(case(private_vpc(), *outcomes, targets=(*TARGETS, far)))
    assert [("cross-region-needs-internet", "arn:far")] == subjects(found)


def test_denied_parts_leave_the_measurement_standing() -> None:
    """With nothing readable the path is still broken, and the finding says what could not be read."""
    refusal = Denied(action="ec2:Describe", resource="*", words="UnauthorizedOperation")
    parts = dict.fromkeys(("subnets", "route_tables", "interfaces", "security_groups", "endpoints"), refusal)
    found = diagnose(case(private_vpc(**parts), *one_fails("secretsmanager", PUBLIC)))
    assert ({"path-blocked-unexplained"}, True) == (
        {one.code for one in found},
        all("UnauthorizedOperation" in one.explanation for one in found),
    )
