"""What is measured: the eight services always, other regions and hosts where something needs them."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from probe import endpoints, plan
from probe.model import Call, Layer, Target
from tests.plan.definitions import ACCOUNT, REGION, SERVICE_IMAGE, needs, secret

PULL = Call(operation="registry:Pull", reference="app:1", arguments={"pinned": "sha256:a"})
HOST = replace(plan.host_target("db.internal:5432", REGION), calls=(PULL,))


def by_name(found: tuple[Target, ...]) -> dict[str, Target]:
    return {target.name: target for target in found}


def test_the_eight_services_come_first_and_always() -> None:
    """People read the matrix of a new VPC: what nothing needs is measured and grey."""
    found = plan.targets((), region=REGION, account=ACCOUNT)
    assert [(name, False) for name in endpoints.SERVICES] == [(one.name, one.needed) for one in found]


def test_what_the_definition_needs_is_needed() -> None:
    """Image, secret and log stream mark their services; KMS is used on the caller's behalf, elsewhere."""
    found = plan.targets(needs((secret("db"),)), region=REGION, account=ACCOUNT)
    assert ["ecr.api", "ecr.dkr", "s3", "secretsmanager", "logs"] == [one.name for one in found if one.needed]


def test_several_plans_ask_for_each_target_once() -> None:
    """Needed where one of them needs it, with the calls of all; as one alone, where there is but one."""
    first, second = (
        plan.targets(needs((written,)), region=REGION, account=ACCOUNT) for written in (secret("a"), "/plain")
    )
    found = by_name(plan.together([first, second]))
    needed = {name for name, target in found.items() if target.needed}
    asked = {call.reference for name in ("secretsmanager", "ssm") for call in found[name].calls}
    assert ({"ecr.api", "ecr.dkr", "s3", "secretsmanager", "ssm", "logs"}, {secret("a"), "/plain"}) == (
        needed,
        asked,
    )
    assert first == plan.together([first])


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(replace(HOST, host="10.0.0.9"), id="another-host"),
        pytest.param(replace(HOST, optional=()), id="a-layer-that-it-must-have"),
        pytest.param(replace(HOST, calls=(replace(PULL, arguments={"pinned": "sha256:b"}),)), id="pinned"),
    ],
)
def test_plans_that_measure_a_name_in_two_ways_do_not_go_together(other: Target) -> None:
    """Whoever asks gets an error, and no answer to somebody else's question."""
    with pytest.raises(ValueError, match=r"db\.internal:5432 is measured in two ways"):
        plan.together([(HOST,), (other,)])


def test_the_calls_are_the_agents() -> None:
    """One call a distinct reference, with its selectors, in the agent's words."""
    written = (f"{secret('db')}:user::", f"{secret('db')}:user::", "/plain")
    found = by_name(plan.targets(needs(written), region=REGION, account=ACCOUNT))
    made = [
        (call.operation, call.reference, call.arguments)
        for name in ("ecr.api", "ecr.dkr", "secretsmanager", "ssm", "logs")
        for call in found[name].calls
    ]
    assert made == [
        ("ecr:GetAuthorizationToken", ACCOUNT, {}),
        ("registry:Pull", SERVICE_IMAGE, {}),
        ("secretsmanager:GetSecretValue", written[0], {"use": "secret", "key": "user"}),
        ("ssm:GetParameters", "/plain", {}),
        ("logs:CreateLogStream", "/ecs/checkout", {"prefix": "ecs", "container": "app"}),
    ]


@pytest.mark.parametrize(
    ("restraint", "expected"),
    [
        (plan.Restraint(), {}),
        (
            plan.Restraint(get_secrets=False),
            dict.fromkeys(("secretsmanager", "ssm"), "not read (--no-get-secrets)"),
        ),
        (plan.Restraint(put_logs=False), {"logs": "not written (--no-put-logs)"}),
    ],
    ids=["none", "secrets", "logs"],
)
def test_what_the_operator_forbids_is_withheld(restraint: plan.Restraint, expected: dict[str, str]) -> None:
    """The call stays in the plan, with the flag that keeps it from being made."""
    wanted = needs((secret("db"), "/plain"))
    found = plan.targets(wanted, region=REGION, account=ACCOUNT, restraint=restraint)
    assert expected == {one.name: call.withheld for one in found for call in one.calls if call.withheld}


def test_another_region_is_a_target_of_its_own_in_the_same_group() -> None:
    """A reference names its region; its reporter is its service's."""
    found = by_name(plan.targets(needs((secret("db", "eu-west-1"),)), region=REGION, account=ACCOUNT))
    there = found["secretsmanager@eu-west-1"]
    assert (there.host, there.group, there.needed, found["secretsmanager"].needed) == (
        "secretsmanager.eu-west-1.amazonaws.com",
        "secretsmanager",
        True,
        False,
    )


def test_a_refused_reference_is_never_called() -> None:
    """The agent refuses it before any packet, so there is nothing to measure."""
    found = by_name(plan.targets(needs((secret("db:KEY:"),)), region=REGION, account=ACCOUNT))
    assert ((), False) == (found["secretsmanager"].calls, found["secretsmanager"].needed)


def test_a_public_image_is_pulled_from_its_own_hosts() -> None:
    """ECR is then not needed; the pull goes to the first host, the token to the other."""
    found = plan.targets(needs(image="nginx:1"), region=REGION, account=ACCOUNT)
    hosts = {one.name: [call.reference for call in one.calls] for one in found if one.service == "host"}
    assert {"registry-1.docker.io:443": ["nginx:1"], "auth.docker.io:443": []} == hosts


@pytest.mark.parametrize(
    ("written", "optional"),
    [
        ("example.com:443", ()),
        ("db.example.com:5432", (Layer.TLS,)),
        ("[fd00::1]:22", (Layer.TLS,)),
    ],
)
def test_a_host_that_was_asked_for_is_needed(written: str, optional: tuple[Layer, ...]) -> None:
    """TLS is tried everywhere, and only 443 has to speak it: what runs on another port is not known."""
    target = plan.host_target(written, REGION)
    layers = (Layer.DNS, Layer.TCP, Layer.TLS)
    assert (written, True, layers, optional) == (target.name, target.needed, target.layers, target.optional)


@pytest.mark.parametrize(
    "written",
    ["", "example.com", "example.com:", ":443", "example.com:0", "a:65536", "a:x", "http://a:80", "a@b:1"],
)
def test_what_is_no_host_and_port_is_refused(written: str) -> None:
    """The refusal repeats what was typed and what it should have been."""
    with pytest.raises(ValueError, match="not HOST:PORT"):
        plan.host_target(written, REGION)


def test_a_task_never_has_more_than_eight_groups() -> None:
    """With hosts besides the eight services STS shares KMS's reporter: a task has ten containers at most."""
    hosts = (plan.host_target("a.example.com:1", REGION), plan.host_target("b.example.com:2", REGION))
    found = plan.targets((), region=REGION, account=ACCOUNT, hosts=hosts)
    groups = {target.group for target in found}
    assert (8, True, False) == (len(groups), "host" in groups, "sts" in groups)


def test_asking_for_a_service_makes_it_needed() -> None:
    """--services counts like a need of the definition."""
    found = by_name(plan.targets((), region=REGION, account=ACCOUNT, services=("kms",)))
    assert (True, "asked for") == (found["kms"].needed, found["kms"].because)
