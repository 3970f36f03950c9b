"""What a stop reason says: stages, causes, addresses, requests, policies, and what is ruled out."""

from __future__ import annotations

import pytest

from probe.stopped import AddressKind, Cause, Stage, decode
from tests.stopped.forms import ARN, AUTH, DENIED, DIAL, FORMS, SECRET, Form


@pytest.mark.parametrize("form", FORMS, ids=[form.name for form in FORMS])
def test_a_form_is_read_as_its_stage_and_cause(form: Form) -> None:
    """Each form answers with its stage, and first with a cause that it can mean."""
    reason = decode(form.text)
    assert (form.stage, True) == (reason.stage.value, reason.causes[0].value in form.causes)


@pytest.mark.parametrize("form", FORMS, ids=[form.name for form in FORMS])
def test_the_case_that_a_console_shows_does_not_matter(form: Form) -> None:
    """Folded to lower or upper case, a form still says the same."""
    said = decode(form.text)
    assert [(said.stage, said.causes)] * 2 == [
        (decode(text).stage, decode(text).causes) for text in (form.text.lower(), form.text.upper())
    ]


@pytest.mark.parametrize(
    "wrap",
    [
        "{}",
        "(service checkout) was unable to place a task. Reason: {}",
        "service checkout was unable to place a task. Reason: {}.",
        "TaskFailedToStart: {}",
        "Stopped reason {}",
        "STOPPED ({})",
        "(service checkout) (task 0a1b2c3d) {}",
        "service checkout was unable to place a task because {}",
        "(service checkout) failed to launch a task with (error {}).",
        "Task stopped at: 2025-03-12T18:15:57.697Z\n{}",
        "タスクの停止時刻: 2025-03-12T18:15:57.697Z {}",
        "2025-03-12T18:15:57.697Z (service checkout) was unable to place a task. Reason: {}",
        '"stoppedReason": "{}",',
        "> `{}`",
    ],
)
def test_a_wrapper_changes_nothing(wrap: str) -> None:
    """Consoles, events and schedulers wrap the same reason differently."""
    reason = decode(
        wrap.format(
            AUTH + DIAL.format("api.ecr.eu-west-1.amazonaws.com", "dial tcp 10.1.2.3:443: i/o timeout")
        )
    )
    assert (
        reason.stage,
        reason.causes,
        reason.address,
        reason.host,
    ) == (Stage.REGISTRY_AUTH, (Cause.TIMEOUT,), "10.1.2.3", "api.ecr.eu-west-1.amazonaws.com")


@pytest.mark.parametrize(
    ("dialled", "address", "kind"),
    [
        ("dial tcp 10.1.2.3:443: i/o timeout", "10.1.2.3", AddressKind.PRIVATE),
        ("dial tcp 100.64.8.9:443: i/o timeout", "100.64.8.9", AddressKind.PRIVATE),
        ("dial tcp [fd00::8]:443: i/o timeout", "fd00::8", AddressKind.PRIVATE),
        ("dial tcp 192.0.2.7:443: i/o timeout", "192.0.2.7", AddressKind.PUBLIC),
        ("dial tcp [2600:1f18::8]:443: i/o timeout", "2600:1f18::8", AddressKind.PUBLIC),
        (
            "read tcp 10.0.0.5:40000->10.0.1.9:443: read: connection reset by peer",
            "10.0.1.9",
            AddressKind.PRIVATE,
        ),
        ("read udp 10.0.0.5:40000->10.0.0.2:53: i/o timeout", None, AddressKind.NONE),
        ("dial tcp 999.0.2.7:443: i/o timeout", None, AddressKind.NONE),
        ("dial tcp <ip>:<port>: i/o timeout", None, AddressKind.NONE),
    ],
)
def test_the_dialled_address_is_private_or_public(
    dialled: str, address: str | None, kind: AddressKind
) -> None:
    """Documentation ranges are public; a name server, or a placeholder, was not dialled."""
    reason = decode(AUTH + DIAL.format("api.ecr.eu-west-1.amazonaws.com", dialled))
    assert (address, kind) == (reason.address, reason.address_kind)


@pytest.mark.parametrize(
    ("clause", "policy", "explicit", "cause"),
    [
        ("because no identity-based policy allows the x action", "identity-based", False, Cause.IAM),
        ("because no resource-based policy allows the x action", "resource-based", False, Cause.IAM),
        ("because no VPC endpoint policy allows the x action", "vpc endpoint", False, Cause.ENDPOINT_POLICY),
        ("because no permissions boundary allows the x action", "permissions boundary", False, Cause.IAM),
        ("because no session policy allows the x action", "session", False, Cause.IAM),
        ("because no service control policy allows the x action", "service control", False, Cause.IAM),
        ("with an explicit deny in a resource control policy", "resource control", True, Cause.IAM),
        ("with an explicit deny in an identity-based policy", "identity-based", True, Cause.IAM),
        ("with an explicit deny in a VPC endpoint policy", "vpc endpoint", True, Cause.ENDPOINT_POLICY),
        ("beca", None, False, Cause.IAM),
    ],
)
def test_the_reason_clause_names_the_policy(
    clause: str, policy: str | None, explicit: object, cause: Cause
) -> None:
    """AWS says which kind of policy lacks a statement or denies; a cut text does not."""
    text = f"{SECRET}{DENIED}secretsmanager:GetSecretValue on resource: {ARN} {clause}"
    reason = decode(text)
    assert ("secretsmanager:GetSecretValue", ARN, policy, explicit, cause) == (
        reason.action,
        reason.resource,
        reason.policy,
        reason.explicit,
        reason.causes[0],
    )


def test_silence_rules_out_an_answer() -> None:
    """StatusCode 0 means that nobody answered: neither IAM nor a missing secret."""
    reason = decode(
        f"{SECRET}operation error Secrets Manager: GetSecretValue, https response error "
        "StatusCode: 0, RequestID: , canceled, context deadline exceeded"
    )
    assert (
        reason.causes[0],
        {Cause.IAM, Cause.NOT_FOUND, Cause.KMS} <= set(reason.excluded),
    ) == (Cause.TIMEOUT, True)


def test_an_answer_rules_out_the_network() -> None:
    """A denial came back from AWS, so neither name, path nor TLS is broken."""
    reason = decode(f"{SECRET}{DENIED}secretsmanager:GetSecretValue")
    assert {Cause.DNS, Cause.TIMEOUT, Cause.REFUSED, Cause.TLS} <= set(reason.excluded)


def test_a_dialled_address_rules_out_dns() -> None:
    """What was dialled had been resolved."""
    reason = decode(
        AUTH + DIAL.format("api.ecr.eu-west-1.amazonaws.com", "dial tcp 10.1.2.3:443: i/o timeout")
    )
    assert Cause.DNS in set(reason.excluded)


def test_the_log_driver_killed_by_a_signal_is_the_network_not_a_missing_group() -> None:
    """The hint of a log group that cannot be found contradicts the signal, and the signal is right."""
    reason = decode(
        "ResourceInitializationError: failed to validate logger args: the task cannot find the log group "
        ": signal: killed"
    )
    assert (reason.causes, Cause.NOT_FOUND in set(reason.excluded)) == ((Cause.TIMEOUT, Cause.DNS), True)


def test_a_later_stage_says_that_the_earlier_ones_passed() -> None:
    """A layer that cannot be fetched proves registry authorization and the manifest."""
    reason = decode(
        "CannotPullContainerError: ref pull has been retried 5 time(s): failed to copy: "
        "dial tcp 192.0.2.9:443: i/o timeout"
    )
    assert (
        Stage.REGISTRY_AUTH in reason.passed,
        Stage.IMAGE_MANIFEST in reason.passed,
        Stage.IMAGE_LAYER in reason.passed,
    ) == (True, True, False)


def test_a_layers_host_is_not_the_registry_in_its_text() -> None:
    """The agent replaces a layer's URL by the image's reference; the address is S3's."""
    reason = decode(
        "CannotPullContainerError: ref pull has been retried 5 time(s): failed to copy: httpReadSeeker: "
        "failed open: failed to do request: Get REDACTED ECR URL related to "
        "111122223333.dkr.ecr.eu-west-1.amazonaws.com/checkout: dial tcp 192.0.2.9:443: i/o timeout"
    )
    assert (reason.service, reason.host, reason.address) == ("s3", None, "192.0.2.9")


def test_joined_errors_are_all_read() -> None:
    """Two secrets with two faults: both causes are named, in the order of the text."""
    reason = decode(
        f"{SECRET}failed to fetch secret {ARN} from secrets manager: "
        "InvalidRequestException: it was marked for deletion;"
        f"failed to fetch secret {ARN}2 from secrets manager: {DENIED}secretsmanager:GetSecretValue"
    )
    assert (reason.errors, reason.causes) == (2, (Cause.NOT_FOUND, Cause.IAM))


@pytest.mark.parametrize(
    ("text", "causes"),
    [
        (
            f"{SECRET}service call has been retried 1 time(s): fail",
            (Cause.IAM, Cause.NOT_FOUND, Cause.TIMEOUT),
        ),
        (f"{SECRET}service call has been retried 5 time(s): fail", (Cause.TIMEOUT, Cause.DNS, Cause.IAM)),
        (
            "CannotPullContainerError: pull image manifest has been retried 7 time(s): fai",
            (Cause.TIMEOUT, Cause.DNS, Cause.NOT_FOUND),
        ),
    ],
)
def test_a_cut_text_is_read_by_its_retries(text: str, causes: tuple[Cause, ...]) -> None:
    """One try is a definite answer, several are silence; the rest was cut away."""
    assert causes == decode(text).causes


def test_an_environment_files_403_may_be_a_missing_object() -> None:
    """Without ListBucket S3 answers 403 for what is not there."""
    reason = decode(
        "ResourceInitializationError: failed to download env files: operation error S3: HeadObject, "
        "StatusCode: 403, Forbidden"
    )
    assert (reason.action, Cause.NOT_FOUND in reason.causes) == ("s3:HeadObject", True)
