"""The small calls, and the client that makes them."""

from __future__ import annotations

import io
from typing import Any

import pytest
from botocore.response import StreamingBody

from probe import calls
from probe.calls import ecr, kms, s3, signed, sts
from probe.model import Call, Observation
from tests.clients import Answer, answering
from tests.loopback import Pages, listener, page
from tests.vantages import REGION, kinds, target, vantage

OBJECT = "arn:aws:s3:::settings/app.env"
KEY = "arn:aws:kms:eu-north-1:123456789012:key/k1"


def test_the_caller_is_a_fact() -> None:
    """STS says whose credentials everything was asked with."""
    arn = "arn:aws:sts::123456789012:assumed-role/exec/r1"
    with answering("sts", [Answer("get_caller_identity", {}, {"Arn": arn})]) as client:
        (told,) = sts.run(
            (Call(operation="sts:GetCallerIdentity"),), target(), (), vantage(clients={"sts": client})
        )
    assert (arn, None) == (told.facts["arn"], told.reference)


@pytest.mark.parametrize(
    ("state", "expected"),
    [("Enabled", "pass"), ("Disabled", "key-unusable"), ("PendingDeletion", "key-unusable")],
)
def test_a_key_is_usable_when_it_is_enabled(state: str, expected: str) -> None:
    """Any other state of a key fails whatever it encrypts."""
    answer = Answer("describe_key", {"KeyId": KEY}, {"KeyMetadata": {"KeyId": "k1", "KeyState": state}})
    with answering("kms", [answer]) as client:
        here = vantage(clients={"kms": client})
        told = list(kms.run((Call(operation="kms:DescribeKey", reference=KEY),), target(), (), here))
    assert [("kms:DescribeKey", expected)] == kinds(told)


@pytest.mark.parametrize(
    ("account", "asked"), [("123456789012", {"registryIds": ["123456789012"]}), ("", {})], ids=["one", "own"]
)
def test_a_token_is_handed_to_the_regions_pulls_alone(account: str, asked: dict[str, Any]) -> None:
    """The token is in the hands of the pulls and in no observation."""
    api = target(service="ecr.api")
    here = vantage(api)
    got = {"authorizationData": [{"authorizationToken": "QVdTOmNhbmFyeQ=="}]}
    with answering("ecr", [Answer("get_authorization_token", asked, got)]) as client:
        object.__setattr__(here, "client", lambda *_: client)
        call = Call(operation="ecr:GetAuthorizationToken", reference=account)
        (told,) = ecr.run((call,), api, (), here)
    assert ("QVdTOmNhbmFyeQ==", False) == (here.tokens[REGION].result(0), "QVdT" in str(told))


def get(answers: list[Answer], **arguments: str) -> Observation:
    """What reading one object comes to."""
    with answering("s3", answers) as client:
        call = Call(operation="s3:GetObject", reference=OBJECT, arguments=arguments)
        (told,) = s3.run((call,), target(service="s3"), (), vantage(clients={"s3": client}))
    return told


def here_is(region: str | None) -> Answer:
    """HeadBucket's answer."""
    return Answer("head_bucket", {"Bucket": "settings"}, {"BucketRegion": region} if region else {})


def contents(text: bytes) -> Answer:
    """GetObject's answer."""
    body = StreamingBody(io.BytesIO(text), len(text))
    return Answer("get_object", {"Bucket": "settings", "Key": "app.env"}, {"Body": body})


@pytest.mark.parametrize(
    ("region", "expected"),
    [(REGION, None), ("eu-west-1", "eu-west-1"), (None, None)],
    ids=["here", "there", "untold"],
)
def test_an_object_comes_from_its_buckets_region(region: str | None, expected: str | None) -> None:
    """Another region than the target's is asked instead, and is a fact."""
    told = get([here_is(region), contents(b"A=1\nB=canary\n")])
    assert ("pass", expected, False) == (told.status.value, told.facts.get("region"), "canary" in str(told))


def test_a_bucket_that_may_not_be_listed_is_read_all_the_same() -> None:
    """HeadBucket's refusal is no verdict: the object's own answer is."""
    refused = Answer("head_bucket", {"Bucket": "settings"}, code="403", words="Forbidden", status=403)
    assert "pass" == get([refused, contents(b"A=1\n")]).status.value


@pytest.mark.parametrize(
    ("text", "arguments", "expected"),
    [
        (b"A=" + b"x" * 70_000, {"format": "env"}, "invalid-reference"),
        (b"A=" + b"x" * 70_000, {"format": "credential-spec"}, "pass"),
        (b"", {}, "pass"),
    ],
    ids=["long-line", "other-format", "empty"],
)
def test_a_line_that_the_agent_cannot_scan_fails(
    text: bytes, arguments: dict[str, str], expected: str
) -> None:
    """The agent's scanner stops at 64 KiB a line of an environment file."""
    assert [("s3:GetObject", expected)] == kinds([get([here_is(REGION), contents(text)], **arguments)])


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [("NoSuchKey", 404, "not-found"), ("AccessDenied", 403, "access-denied"), ("SlowDown", 503, "throttled")],
)
def test_s3_is_heard(code: str, status: int, expected: str) -> None:
    """S3's codes have their kinds."""
    asked = {"Bucket": "settings", "Key": "app.env"}
    told = get([here_is(REGION), Answer("get_object", asked, code=code, status=status)])
    assert [("s3:GetObject", expected)] == kinds([told])


def test_a_client_is_made_once_with_the_agents_retries() -> None:
    """Three attempts in standard mode, the plan's timeouts, the regional endpoint."""
    client = signed.client("sts", REGION, 3.5)
    config = client.meta.config
    assert (3.5, 3.5, "standard", 3, f"https://sts.{REGION}.amazonaws.com") == (
        config.connect_timeout,
        config.read_timeout,
        config.retries["mode"],
        config.retries["total_max_attempts"],
        client.meta.endpoint_url,
    )
    assert client is calls.client("sts", REGION, 3.5)


def test_a_failing_service_is_asked_as_often_as_the_agent_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three times, counted where they arrive and by the observation itself."""
    signed._session.cache_clear()
    failing = Pages({"/": [page(503)]})
    with listener(failing) as port:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "example")
        here = vantage(clients={"sts": signed.client("sts", REGION, 4.25)})
        (told,) = sts.run((Call(operation="sts:GetCallerIdentity"),), target(), (), here)
    assert ([("sts:GetCallerIdentity", "service-failed")], 3, 3) == (
        kinds([told]),
        told.facts["attempts"],
        len(failing.asked),
    )


def test_without_credentials_the_call_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """No container credentials endpoint is no-credentials, and nothing is sent."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    signed._session.cache_clear()
    signed._client.cache_clear()
    here = vantage(clients={"sts": signed.client("sts", REGION, 1.0)})
    told = list(sts.run((Call(operation="sts:GetCallerIdentity"),), target(), (), here))
    assert [("sts:GetCallerIdentity", "no-credentials")] == kinds(told)


def test_the_calls_of_a_target_go_to_their_services() -> None:
    """Operations of one service go together, by the word before the colon."""
    key = {"KeyMetadata": {"KeyId": "k1", "KeyState": "Enabled"}}
    asked = target(
        calls=(Call(operation="sts:GetCallerIdentity"), Call(operation="kms:DescribeKey", reference=KEY))
    )
    with (
        answering("kms", [Answer("describe_key", {"KeyId": KEY}, key)]) as keys,
        answering(
            "sts",
            [Answer("get_caller_identity", {}, {"Arn": "arn:aws:sts::123456789012:assumed-role/exec/r1"})],
        ) as identity,
    ):
        told = list(calls.check(asked, (), vantage(clients={"kms": keys, "sts": identity})))
    assert [("kms:DescribeKey", "pass"), ("sts:GetCallerIdentity", "pass")] == kinds(told)


def test_preparing_makes_each_client_once_and_none_for_pulls() -> None:
    """A pull is HTTP; every signed service of every region gets its client beforehand."""
    made: list[tuple[str, str]] = []
    pull, get_value = Call(operation="registry:Pull"), Call(operation="secretsmanager:GetSecretValue")
    here = vantage(target(calls=(get_value, get_value)), target(service="ecr.dkr", calls=(pull,)))
    object.__setattr__(here, "client", lambda service, region: made.append((service, region)))
    calls.prepare(here)
    assert [("secretsmanager", REGION)] == made
