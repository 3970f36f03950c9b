"""Images: what a registry's answer to one pull says, and what a setting has to do with it."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from probe.diagnosis import diagnose
from probe.model import (
    Call,
    Failure,
    Finding,
    Kind,
    Layer,
    Observation,
    Requirement,
    RequirementKind,
    Status,
    Stop,
)
from tests.builders.cases import IMAGE, SECRET, TARGETS, case, others, outcome, spec, target, works
from tests.builders.vpcs import PUBLIC, REGION, SUBNETS, nat_vpc, private_vpc
from tests.diagnosis.refused_calls import NEEDS, fix_of

PULL = "registry:Pull"
ELSEWHERE = "registry.example.com/checkout:1"
HOST, CDN = "registry.example.com", "cdn.example.com"
NEW = f"sha256:{'1' * 64}"
PINNED = f"sha256:{'0' * 64}"


def told(image: str, at: str, kind: Kind, **facts: Any) -> Observation:
    """One pull that failed."""
    failure = Failure(operation=PULL, kind=kind, words="as it said")
    return Observation(
        target=at,
        layer=Layer.CALL,
        operation=PULL,
        status=Status.FAIL,
        reference=image,
        failure=failure,
        facts=facts,
    )


def of_ecr(
    kind: Kind, at: str = "", elsewhere: dict[str, str] | None = None, **facts: Any
) -> tuple[Finding, ...]:
    """What a pull of ECR's comes to."""
    arguments = {"pinned": f"{IMAGE.partition(':')[0]}@{at}"} if at else {}
    asked = target("ecr.dkr", Call(operation=PULL, reference=IMAGE, arguments=arguments))
    seen = told(IMAGE, "ecr.dkr", kind, **facts)
    outcomes = (outcome(one, *works(*others("ecr.dkr"), target("ecr.dkr")), seen) for one in SUBNETS)
    targets = (*others("ecr.dkr"), asked)
    return diagnose(
        case(private_vpc(), *outcomes, targets=targets, requirements=NEEDS, elsewhere=elsewhere or {})
    )


def of_another(kind: Kind, credentials: str = "", **facts: Any) -> list[tuple[str, str]]:
    """What a pull from somebody else's registry comes to."""
    arguments = {"credentials": credentials} if credentials else {}
    asked = replace(
        target("ecr.dkr", Call(operation=PULL, reference=ELSEWHERE, arguments=arguments)),
        name=f"{HOST}:443",
        service="host",
        host=HOST,
    )
    seen = told(ELSEWHERE, asked.name, kind, **facts)
    outcomes = (outcome(one, *works(*TARGETS, replace(asked, calls=())), seen) for one in SUBNETS)
    found = diagnose(case(private_vpc(), *outcomes, targets=(*TARGETS, asked)))
    return [(one.code, one.subject) for one in found]


GONE: dict[str, tuple[dict[str, Any], str]] = {
    "pushed-again": ({"pinned": PINNED, "tag_digest": NEW}, "image-digest-gone"),
    "tag-gone-too": ({"pinned": PINNED, "tag_digest": ""}, "image-not-found"),
    "told-by-a-short-road": ({}, "image-digest-gone"),
    "looked-up-by-the-operator": ({"elsewhere": {IMAGE: NEW}}, "image-digest-gone"),
    "not-found-by-the-operator": ({"elsewhere": {IMAGE: ""}}, "image-not-found"),
}


@pytest.mark.parametrize(("facts", "code"), GONE.values(), ids=GONE)
def test_a_digest_that_ecs_pinned_is_gone(facts: dict[str, Any], code: str) -> None:
    """The image of the definition is the subject; a new deployment mends it where the tag is still there."""
    found = of_ecr(Kind.NOT_FOUND, PINNED, **facts)
    mended = "--force-new-deployment" in fix_of(found)
    assert [(code, IMAGE, code == "image-digest-gone")] == [(one.code, one.subject, mended) for one in found]


def test_a_tag_that_nobody_pinned_is_not_found() -> None:
    """Without a pin it is the image that does not exist."""
    assert [("image-not-found", IMAGE)] == [(one.code, one.subject) for one in of_ecr(Kind.NOT_FOUND)]


DENIED = Kind.ACCESS_DENIED
ELSEWHERE_SAYS: dict[str, tuple[Kind, str, dict[str, Any], str, str]] = {
    "login-refused": (DENIED, SECRET, {}, "registry-credentials-invalid", SECRET),
    "login-wanted": (DENIED, "", {}, "registry-credentials-invalid", HOST),
    "hidden-from-anybody": (Kind.NOT_FOUND, "", {"hidden": HOST}, "image-not-found", ELSEWHERE),
    "hidden-from-the-login": (Kind.NOT_FOUND, SECRET, {"hidden": HOST}, "image-not-found", ELSEWHERE),
    "absent": (Kind.NOT_FOUND, "", {}, "image-not-found", ELSEWHERE),
    "limited": (Kind.THROTTLED, "", {}, "registry-rate-limited", HOST),
    "layers-silent": (Kind.TIMEOUT, "", {"redirect": CDN}, "image-layers-unreachable", CDN),
}


@pytest.mark.parametrize(
    ("kind", "credentials", "facts", "code", "subject"), ELSEWHERE_SAYS.values(), ids=ELSEWHERE_SAYS
)
def test_another_registry_says_what_is_wrong(
    kind: Kind, credentials: str, facts: dict[str, Any], code: str, subject: str
) -> None:
    """Who was refused, and by whom: the login by whoever checks it, or everybody by the registry."""
    assert [(code, subject)] == of_another(kind, credentials, **facts)


def test_layers_fold_under_the_setting_that_shuts_their_host_out() -> None:
    """The host of the layers was dialled: the private VPC has no route to its public address."""
    found = of_another(Kind.TIMEOUT, redirect=CDN, redirect_address=PUBLIC)
    assert ["no-route-to-internet"] == [code for code, _ in found]


@pytest.mark.parametrize("code", ["not-json", "key-missing", "binary"])
def test_a_login_that_cannot_be_read_is_the_secrets(code: str) -> None:
    """JSON with username and password is what a registry's credentials have to be."""
    read = "secretsmanager:GetSecretValue"
    call = Call(operation=read, reference=SECRET, arguments={"use": "registry-credentials"})
    failure = Failure(operation=read, kind=Kind.INVALID_REFERENCE, words="it is not", code=code)
    seen = Observation(
        target="secretsmanager",
        layer=Layer.CALL,
        operation=read,
        status=Status.FAIL,
        reference=SECRET,
        failure=failure,
    )
    asked = target("secretsmanager", call)
    rest = others("secretsmanager")
    outcomes = (outcome(one, *works(*rest, target("secretsmanager")), seen) for one in SUBNETS)
    need = Requirement(
        kind=RequirementKind.REGISTRY_CREDENTIALS, container="web", reference=SECRET, region=REGION
    )
    found = diagnose(case(private_vpc(), *outcomes, targets=(*rest, asked), requirements=(need,)))
    assert [("registry-credentials-invalid", SECRET)] == [(one.code, one.subject) for one in found]


MANIFEST = f"pull image manifest has been retried 7 time(s): failed to resolve ref {ELSEWHERE}"
HIDDEN = "pull access denied, repository does not exist or may require authorization: authorization failed"
LIMITED = f"unexpected status code https://{HOST}/v2/checkout/manifests/{NEW}: 429 Too Many Requests"
STOPPED: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "rate-limit": (f"failed to copy: failed open: {LIMITED}", [("registry-rate-limited", HOST)]),
    "not-found": (f"{MANIFEST}: not found", [("image-not-found", ELSEWHERE)]),
    "who-knows": (f"{MANIFEST}: {HIDDEN}", []),
}


@pytest.mark.parametrize(("reason", "expected"), STOPPED.values(), ids=STOPPED)
def test_what_a_stopped_task_said_is_about_its_own_registry(
    reason: str, expected: list[tuple[str, str]]
) -> None:
    """A hypothesis, where nothing was measured; none where the words leave it open."""
    asked = replace(
        target("ecr.dkr", Call(operation=PULL, reference=ELSEWHERE)),
        name=f"{HOST}:443",
        service="host",
        host=HOST,
    )
    stops = (Stop(task="t", reason=f"CannotPullContainerError: {reason}"),)
    found = diagnose(case(nat_vpc(), targets=(*TARGETS, asked), spec=spec(stops=stops)))
    assert expected == [(one.code, one.subject) for one in found if one.code != "start-path-healthy"]


ALIEN = "image Manifest does not contain descriptor matching platform 'linux/amd64'"
EXEC = "CannotStartContainerError: unable to start container process: exec /bin/app: exec format error"


@pytest.mark.parametrize("reason", [f"CannotPullContainerError: {ALIEN}", EXEC], ids=["pull", "start"])
@pytest.mark.parametrize(
    ("references", "expected"),
    [((ELSEWHERE,), [("image-platform-mismatch", ELSEWHERE)]), ((ELSEWHERE, "other:1"), [])],
    ids=["the-only-image", "one-of-two"],
)
def test_words_about_a_platform_are_laid_at_the_only_image(
    reason: str, references: tuple[str, ...], expected: list[tuple[str, str]]
) -> None:
    """They name none; where a task has several, nobody is accused."""
    asked = replace(
        target("ecr.dkr", *(Call(operation=PULL, reference=one) for one in references)),
        name=f"{HOST}:443",
        service="host",
        host=HOST,
    )
    stops = (Stop(task="t", reason=reason),)
    found = diagnose(case(nat_vpc(), targets=(*others("ecr.dkr"), asked), spec=spec(stops=stops)))
    assert expected == [(one.code, one.subject) for one in found]
