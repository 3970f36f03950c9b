"""Files in S3 are read to their end as the agent reads them, and dropped."""

from __future__ import annotations

import io

import pytest
from botocore.response import StreamingBody

from probe.calls import s3
from probe.model import Call, Observation
from tests.clients import DENIED, Answer, answering
from tests.vantages import REGION, target, vantage

FILE = "arn:aws:s3:::settings/app.env"


def get(body: bytes, **arguments: str) -> Observation:
    """What reading a file with these contents comes to."""
    call = Call(operation="s3:GetObject", reference=FILE, arguments=arguments)
    answers = [
        Answer("head_bucket", {"Bucket": "settings"}, {"BucketRegion": REGION}),
        Answer(
            "get_object",
            {"Bucket": "settings", "Key": "app.env"},
            {"Body": StreamingBody(io.BytesIO(body), len(body))},
        ),
    ]
    with answering("s3", answers) as client:
        (told,) = s3.run((call,), target(service="s3"), (), vantage(clients={"s3": client}))
    return told


@pytest.mark.parametrize(
    ("code", "action", "kind"),
    [
        ("AccessDenied", "s3:ListBucket", "not-found"),
        ("AccessDenied", "s3:GetObject", "access-denied"),
        ("NoSuchKey", "", "not-found"),
    ],
    ids=["may-not-list", "may-not-read", "told"],
)
def test_who_may_not_list_a_bucket_is_refused_what_is_absent(code: str, action: str, kind: str) -> None:
    """S3 looks for the object only after it found that the caller may read it."""
    call = Call(operation="s3:GetObject", reference=FILE)
    asked = {"Bucket": "settings", "Key": "app.env"}
    refusal = Answer("get_object", asked, code=code, words=DENIED.format(action=action, resource=FILE))
    region = Answer("head_bucket", {"Bucket": "settings"}, {"BucketRegion": REGION})
    with answering("s3", [region, refusal]) as client:
        (told,) = s3.run((call,), target(service="s3"), (), vantage(clients={"s3": client}))
    assert kind == (told.failure.kind.value if told.failure else None)


@pytest.mark.parametrize(
    ("body", "arguments", "expected"),
    [
        (b"# comment\n\nA=1\nB=x=y\nEMPTY=\n", {}, None),
        (b"", {}, None),
        (b"A=" + b"x" * 65_533 + b"\nB=2\n", {}, None),
        (b"A=" + b"x" * 65_534 + b"\nB=2\n", {}, "line-too-long"),
        (b"A=1\rB=" + b"x" * 65_530, {}, "line-too-long"),
        (b"x" * 70_000, {"format": "firelens"}, None),
    ],
    ids=["ordinary", "empty", "longest", "longer", "carriage-return-ends-no-line", "no-env-file"],
)
def test_a_line_is_as_long_as_the_agents_scanner(
    body: bytes, arguments: dict[str, str], expected: str | None
) -> None:
    """65,535 bytes to a line feed; other files have no lines that matter."""
    told = get(body, **arguments)
    assert expected == (told.failure.code if told.failure else None)
