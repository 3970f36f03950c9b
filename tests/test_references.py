"""The agent's grammars: what it takes prints back as written, what it refuses says why and where."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from probe import references
from probe.references import EcrRegistry, MalformedReferenceError

SECRET = "arn:aws:secretsmanager:eu-north-1:123456789012:secret:"
DIGEST = "sha256:" + "0" * 64

Parser = Callable[[str], object]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nginx", ("docker.io", "library/nginx", "latest")),
        ("datadog/agent:7", ("docker.io", "datadog/agent", "7")),
        ("index.docker.io/library/nginx", ("docker.io", "library/nginx", "latest")),
        ("localhost:5000/a", ("localhost:5000", "a", "latest")),
        ("docker.io/nginx:1", ("docker.io", "library/nginx", "1")),
        ("registry.example.com:5000/a/b:1", ("registry.example.com:5000", "a/b", "1")),
        ("public.ecr.aws/docker/library/nginx:1", ("public.ecr.aws", "docker/library/nginx", "1")),
        (f"quay.io/a/b:1@{DIGEST}", ("quay.io", "a/b", DIGEST)),
        (
            "123456789012.dkr.ecr.us-east-1.amazonaws.com/a/b:c",
            ("123456789012.dkr.ecr.us-east-1.amazonaws.com", "a/b", "c"),
        ),
    ],
)
def test_an_image_means_a_registry_a_repository_and_a_manifest(
    text: str, expected: tuple[str, str, str]
) -> None:
    """Docker's short forms are filled in; a digest wins over a tag."""
    image = references.image(text)
    assert expected == (image.registry, image.repository, image.reference)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("123456789012.dkr.ecr.us-east-1.amazonaws.com", ("123456789012", "us-east-1")),
        ("123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com", ("123456789012", "us-gov-west-1")),
        ("123456789012.dkr-ecr.eu-west-1.on.aws", ("123456789012", "eu-west-1")),
        ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", ("123456789012", "cn-north-1")),
        ("public.ecr.aws", None),
        ("123456789012.dkr.ecr.us-east-1.example.com", None),
    ],
)
def test_a_private_registry_is_known_by_its_host(host: str, expected: tuple[str, str] | None) -> None:
    """Every form of an ECR registry's name tells the account and the region; others are not ECR's."""
    known = None if expected is None else EcrRegistry(account=expected[0], region=expected[1])
    assert known == references.ecr_registry(host)


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("db", None),
        ("db-AbCdEf", None),
        ("rds!cluster-1-AbCdEf:username::", ("username", "", "")),
        ("db:::", ("", "", "")),
        ("db::AWSPREVIOUS:", ("", "AWSPREVIOUS", "")),
        ("db:k:s:v", ("k", "s", "v")),
    ],
)
def test_a_secret_has_two_parts_or_five(rest: str, expected: tuple[str, str, str] | None) -> None:
    """Key, stage and version come together or not at all, and each may be empty."""
    assert expected == references.secret(SECRET + rest).selectors


@pytest.mark.parametrize(
    ("rest", "expected"), [("db-AbCdEf", True), ("db-AbCdEf:k::", True), ("db", False), ("db-prod", False)]
)
def test_a_partial_arn_lacks_the_random_suffix(rest: str, expected: bool) -> None:  # noqa: FBT001
    """Six characters after a hyphen are what AWS adds to a secret's name."""
    assert expected == references.secret(SECRET + rest).has_suffix


@pytest.mark.parametrize(
    ("parse", "text", "position"),
    [
        (references.image, "", 0),
        (references.image, "Nginx", 0),
        (references.image, "a:b:c", 1),
        (references.image, "nginx@latest", 6),
        (references.image, "repo:ta g", 7),
        (references.image, "repo@sha256:" + "0" * 63, 5),
        (references.image, "repo@sha256:" + "A" * 64, 5),
        (references.image, "0" * 64, 0),
        (references.image, "a" * 256, 255),
        (references.image, "registry_.example.com/a", 8),
        (references.image, "registry.example.com:port/a", 20),
        (references.secret, f"{SECRET}db:KEY:", len(SECRET) - len("secret:")),
        (references.secret, f"{SECRET}db:KEY", len(SECRET) - len("secret:")),
        (references.secret, f"{SECRET}db-??????", len(SECRET) + 3),
        (references.secret, "arn:aws:ssm:us-east-1:1:secret:db", 4),
        (references.secret, "arn:aws:secretsmanager", 22),
        (references.secret, "db", 0),
        (references.secret, "arn:aws:secretsmanager:REGION:1:secret:db", 0),
        (references.parameter, "", 0),
        (references.parameter, "db:key::", 0),
        (references.parameter, "arn:aws:ssm:us-east-1:1:parameter:/db", 24),
        (references.parameter, "arn:aws:s3:us-east-1:1:parameter/db", 4),
        (references.environment_file, "arn:aws:s3:::bucket/settings.txt", 32),
        (references.environment_file, "arn:aws:s3:::bucket", 19),
        (references.environment_file, "arn:aws:s3:::bucket/../../a.env", 31),
        (references.credential_spec, "credentialspec:arn:aws:s3:::bucket", 34),
        (references.credentials, f"{SECRET}login:user::", len(SECRET) + 5),
        (references.environment_file, "arn:aws:s3:eu-west-1::bucket/a.env", 4),
        (references.environment_file, "bucket/a.env", 0),
        (references.credential_spec, "arn:aws:s3:::bucket/spec.json", 0),
    ],
)
def test_what_the_agent_refuses_is_refused_with_a_position(parse: Parser, text: str, position: int) -> None:
    """The position is where reading stopped, counted from the first character."""
    with pytest.raises(MalformedReferenceError) as refused:
        parse(text)
    assert position == refused.value.position


def test_a_refusal_does_not_repeat_what_was_pasted_into_a_key() -> None:
    """People paste connection strings where a key belongs; their passwords stay where they are."""
    with pytest.raises(MalformedReferenceError) as refused:
        references.secret(f"{SECRET}db:postgres://admin:hunter2@db/x::")
    assert "hunter2" not in str(refused.value)


WORDS = st.text(alphabet="aA0-_./:@%é \n", max_size=12)
PIECES = st.sampled_from(
    [
        "arn",
        "aws",
        "aws-cn",
        "secretsmanager",
        "ssm",
        "s3",
        "us-east-1",
        "",
        "123456789012",
        "secret",
        "parameter/a",
    ]
)
TEXTS = st.one_of(
    st.text(max_size=40),
    WORDS,
    st.lists(st.one_of(PIECES, WORDS), max_size=11).map(":".join),
    st.tuples(WORDS, WORDS).map(lambda pair: f"credentialspec:arn:aws:s3:::{pair[0]}/{pair[1]}"),
)


@pytest.mark.parametrize(
    "parse",
    [
        references.image,
        references.secret,
        references.parameter,
        references.s3_object,
        references.environment_file,
        references.credential_spec,
        references.credentials,
        references.value_from,
        references.arn,
    ],
)
@settings(deadline=None)
@given(text=TEXTS)
@example(text=f"{SECRET}db:k::")
@example(text=f"registry.example.com:5000/a/b_c:1.0@{DIGEST}")
@example(text="arn:aws:ssm:us-east-1:1:parameter/a/b:3")
@example(text="credentialspecdomainless:arn:aws:ssm:us-east-1:1:parameter/a")
@example(text="/aws/reference/secretsmanager/a+b")
def test_any_text_prints_back_the_same_or_is_refused(parse: Parser, text: str) -> None:
    """No text is changed by reading it, and none breaks the reader."""
    position, printed = 0, text
    try:
        printed = str(parse(text))
    except MalformedReferenceError as refused:
        position = refused.position
    assert (text, True) == (printed, 0 <= position <= len(text))
