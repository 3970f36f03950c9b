"""Cut, copied and joined stop reasons: they may say less than the whole text, and nothing else."""

from __future__ import annotations

import html
import json
from collections.abc import Callable

import msgspec
import pytest

from probe.stopped import Cause, decode
from tests.stopped.forms import ARN, AUTH, DENIED, DIAL, FORMS, PULL, SECRET, Form

PULLED = "CannotPullContainerError: pull image manifest has been retried 7 time(s): failed to resolve ref"
ESCAPES = {
    "json": lambda text: json.dumps(text)[1:-1],
    "json-in-json": lambda text: json.dumps(json.dumps(text))[1:-1],
    "html": html.escape,
    "wrapped": lambda text: "\r\n    ".join(text.split(" ")),
    "code-points": lambda text: text.replace('"', "\\u201c"),
    "colours": lambda text: f"\x1b[1;31m{text}\x1b[0m",
}


@pytest.mark.parametrize("form", FORMS, ids=[form.name for form in FORMS])
@pytest.mark.parametrize("escape", ESCAPES.values(), ids=ESCAPES)
def test_how_a_text_was_copied_does_not_matter(form: Form, escape: Callable[[str], str]) -> None:
    """Escaped by a document or a page, or folded by a terminal, a form says the same of everything."""
    expected, read = decode(form.text), decode(escape(form.text))
    assert msgspec.structs.replace(expected, text="") == msgspec.structs.replace(read, text="")


@pytest.mark.parametrize(
    "name",
    [
        *("throttle", "kms-key", "spot-checker", "access-denied", "x509-tools", "not-found", "logger-args"),
        *("oom-killer", "no-space-left", "429-handler", "secrets", "asm-secret", "vpc-endpoint-policy"),
    ],
)
@pytest.mark.parametrize(
    "text",
    [
        "(service NAME) was unable to place a task. Reason: failed to resolve ref NAME: not found",
        f"{PULLED} 111122223333.dkr.ecr.eu-west-1.amazonaws.com/NAME:1: not found",
        f'{PULLED} docker.io/NAME:1: Head "https://reg.corp/v2/NAME/manifests/1": dial tcp 192.0.2.1:443: i',
        "CannotPullContainerError: pull access denied for NAME, repository does not exist",
        f"{PULL}unable to retrieve secrets from ssm: invalid ssm parameters: /NAME/a, /NAME/b",
        f"{SECRET}retrieved secret from Secrets Manager did not contain json key NAME",
        "service NAME is unable to consistently start tasks successfully.",
        'CannotStartContainerError: exec: "NAME": executable file not found in $PATH',
    ],
    ids=["event", "image", "request", "pull", "parameters", "key", "unsteady", "exec"],
)
def test_a_name_is_not_read_as_the_agents_words(text: str, name: str) -> None:
    """Whatever people called their service, repository, parameter or program, the text says the same."""
    plain, named = (decode(text.replace("NAME", word)) for word in ("checkout", name))
    assert (plain.stage, plain.causes, plain.excluded, plain.service) == (
        named.stage,
        named.causes,
        named.excluded,
        named.service,
    )


@pytest.mark.parametrize(
    ("text", "host", "action", "resource"),
    [
        (AUTH + 'Post "https://api.e', None, None, None),
        (
            AUTH + 'Post "https://api.ecr.eu-west-1.amazonaws.com',
            "api.ecr.eu-west-1.amazonaws.com",
            None,
            None,
        ),
        (AUTH + "operation error ECR: GetAuth", None, None, None),
        (AUTH + "operation error ECR: GetAuthorizationToken", None, "ecr:GetAuthorizationToken", None),
        (SECRET + "failed to fetch secret arn:aws:secretsmanager:eu-we", None, None, None),
        (f"{SECRET}failed to fetch secret {ARN[:-4]}...", None, None, None),
        (f"{SECRET}failed to fetch secret {ARN}: fail...", None, None, ARN),
        (("x" * 200 + f" {SECRET}failed to fetch secret {ARN}")[-255:], None, None, None),
        (
            "log-driver: " + AUTH.upper() + "PERFORM: ECR:GETAUTHORIZATIONTOKEN ON",
            None,
            "ecr:GetAuthorizationToken",
            None,
        ),
    ],
)
def test_half_a_name_is_not_told(
    text: str, host: str | None, action: str | None, resource: str | None
) -> None:
    """A cut end leaves half a host, action or ARN; only whole ones are worth looking for."""
    reason = decode(text)
    assert (host, action, resource) == (reason.host, reason.action, reason.resource)


@pytest.mark.parametrize("form", FORMS, ids=[form.name for form in FORMS])
def test_a_cut_text_never_rules_out_what_the_whole_one_says(form: Form) -> None:
    """It may know less, but not otherwise."""
    causes = decode(form.text).causes
    cuts = (form.text[:length] for length in range(60, len(form.text), 7))
    assert [] == [cut for cut in cuts if not set(decode(cut).excluded).isdisjoint(causes)]


@pytest.mark.parametrize(
    ("text", "service"),
    [
        (PULL + "signal: killed", None),
        (AUTH, "ecr.api"),
        ("CannotPullContainerError: failed to resolve ref docker.io/acme/secrets:1: not found", None),
        ("CannotPullContainerError: failed to resolve ref public.ecr.aws/acme/a:1: not found", None),
        (
            "CannotStartContainerError: failed to initialize logging driver: splunk: dial tcp 10.0.0.9:8088",
            None,
        ),
        ("ResourceInitializationError: failed to validate logger args: signal: killed", "logs"),
    ],
)
def test_only_a_service_of_aws_that_the_text_speaks_of_is_named(text: str, service: str | None) -> None:
    """Neither ``secrets`` nor the public gallery is the VPC's ECR, and Splunk is not CloudWatch."""
    assert service == decode(text).service


def test_joined_errors_exclude_only_what_each_of_them_does() -> None:
    """One denied secret says nothing of the name that another could not resolve."""
    reason = decode(
        f"{SECRET}{DENIED}secretsmanager:GetSecretValue;{SECRET}"
        + DIAL.format(
            "secretsmanager.eu-west-1.amazonaws.com", "dial tcp: lookup x.example.com: no such host"
        )
    )
    assert ((Cause.IAM, Cause.DNS), ()) == (reason.causes, reason.excluded)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (
            f"{SECRET}{DENIED}x:Y with an explicit deny in a service control policy",
            "service control policies",
        ),
        (f"{SECRET}{DENIED}x:Y because no permissions boundary allows", "permissions boundary"),
        ("ECS was unable to assume the role 'arn:aws:iam::111122223333:role/run'", "trust policy"),
        ("Essential container in task exited", "the container's own log"),
        ("ResourceInitializationError", "aws ecs describe-tasks"),
        ("(service checkout) was unable to place a task. Reason: " + AUTH, "whether the name"),
    ],
)
def test_the_next_step_fits_what_refused(text: str, first: str) -> None:
    """A denial by the organization is not looked for in the role, nor a crash in the network."""
    assert first in " ".join(decode(text).next)


def test_the_next_step_names_the_service_that_the_event_names() -> None:
    """What can be copied is complete as far as the text goes."""
    event = decode(f"(service checkout) was unable to place a task. Reason: {AUTH}")
    plain = decode(f"{AUTH}service call has been retried 3 time(s): RequestError")
    assert [True, True] == [
        one.next[-1].endswith(f"run-probe --cluster CLUSTER --like-service {name}")
        for one, name in ((event, "checkout"), (plain, "SERVICE"))
    ]
