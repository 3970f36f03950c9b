"""Network paths: one thing changed in a whole VPC, and the one finding that it makes."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from probe.diagnosis import diagnose
from probe.diagnosis.case import Case
from probe.evidence.snapshot import Denied, Snapshot
from probe.model import Confidence, Kind, Layer, Observation, Outcome, Road, Severity
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
    PUBLIC,
    S3_ADDRESS,
    SUBNETS,
    acl,
    address,
    deny,
    nat_vpc,
    private_vpc,
)
from tests.diagnosis.path_faults import (
    FAULTS,
    OWN_GROUP,
    REQUEST_DENIED,
    TIMEOUT,
    UNASSOCIATED,
    one_fails,
    subjects,
)


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


def test_a_private_answer_out_of_nowhere_is_foreign() -> None:
    """No zone that could be read explains it; the name is then the subject."""
    found = diagnose(case(private_vpc(), *one_fails("secretsmanager", "10.9.0.4")))
    assert [("dns-answer-foreign", "secretsmanager.us-east-1.amazonaws.com:443")] == subjects(found)


@pytest.mark.parametrize(
    ("road", "ports", "code"),
    [
        (Road.LOG, "50001-60999", "path-blocked-unexplained"),
        (Road.LOG, "32768-60999", "nacl-blocks-reply"),
        (Road.FUNCTION, "50001-60999", "nacl-blocks-reply"),
    ],
)
def test_replies_come_back_to_the_recorded_ports(road: Road, ports: str, code: str) -> None:
    """A task's are its own; a function's are translated to any port."""
    denied = (acl("acl-1", SUBNETS, deny(90, egress=False, ports=(32768, 50000))),)
    steps = fails("logs", Layer.TCP, TIMEOUT, address("logs", "subnet-b"), road=road)
    told = (*steps[:-1], replace(steps[-1], facts={"local_ports": ports}))
    found = diagnose(
        case(
            private_vpc(network_acls=denied),
            outcome("subnet-a", *told, *works(*others("logs"))),
            spec=spec(subnets=("subnet-a",)),
        )
    )
    assert [code] == [one.code for one in found]


def by_ecs_and_function(function: tuple[Observation, ...]) -> Case:
    """A probe that ECS could not pull, for a denied range of ports, and what a function beside it saw."""
    denied = (acl("acl-1", SUBNETS, deny(90, egress=False, ports=(32768, 60999))),)
    met = fails("ecr.api", Layer.TCP, TIMEOUT, address("ecr.api", "subnet-b"), road=Road.STOP_REASON)
    ports = replace(met[-1], road=Road.FUNCTION, facts={"local_ports": "61000-61001"}, target="kms")
    told = outcome("subnet-a", *met, *function, ports, complete=False)
    return case(private_vpc(network_acls=denied), told, spec=spec(subnets=("subnet-a",)))


SAW = {
    "the-same": fails("ecr.api", Layer.TCP, TIMEOUT, address("ecr.api", "subnet-b"), road=Road.FUNCTION),
    "it-work": tuple(replace(one, road=Road.FUNCTION) for one in works(BY_NAME["ecr.api"])),
    "the-next-connection-fails": fails(
        "ecr.api", Layer.HTTP, TIMEOUT, address("ecr.api", "subnet-b"), road=Road.FUNCTION
    ),
    "nothing": (),
}


@pytest.mark.parametrize("function", SAW.values(), ids=SAW.keys())
def test_what_ecs_met_is_one_finding_whatever_a_function_saw(function: tuple[Observation, ...]) -> None:
    """A function comes through where its ports do; a range that it recorded is not the task's."""
    (found,) = diagnose(by_ecs_and_function(function))
    assert ("nacl-blocks-reply", "acl-1/ingress/90", Confidence.CORROBORATED, Severity.ERROR) == (
        found.code,
        found.subject,
        found.confidence,
        found.severity,
    )


@pytest.mark.parametrize("layer", [Layer.TLS, Layer.HTTP])
def test_a_functions_second_connection_may_meet_what_its_first_did_not(layer: Layer) -> None:
    """Each has a port of its own, and the ACL shuts out some: nobody is suspected in between."""
    denied = (acl("acl-1", SUBNETS, deny(90, egress=False, ports=(32768, 60999))),)
    steps = fails("logs", layer, TIMEOUT, address("logs", "subnet-b"), road=Road.FUNCTION)
    told = outcome("subnet-a", *steps, *works(*others("logs")))
    found = diagnose(case(private_vpc(network_acls=denied), told, spec=spec(subnets=("subnet-a",))))
    assert [("nacl-blocks-reply", "acl-1/ingress/90")] == subjects(found)
