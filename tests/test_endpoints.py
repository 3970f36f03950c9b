"""Host names: what botocore itself would call, and every form that a name is met in."""

from __future__ import annotations

import boto3
import pytest

from probe import endpoints

ACCOUNT = "123456789012"
REGIONS = ("us-east-1", "eu-north-1", "cn-north-1", "us-gov-west-1", "us-iso-east-1", "us-isob-east-1")


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize(
    ("suffix", "client"),
    [
        ("ecr.api", "ecr"),
        ("secretsmanager", "secretsmanager"),
        ("ssm", "ssm"),
        ("kms", "kms"),
        ("logs", "logs"),
        ("sts", "sts"),
    ],
)
def test_a_host_is_the_one_that_botocore_calls(suffix: str, client: str, region: str) -> None:
    """The desk's names and the probe's signed calls agree, in every kind of partition."""
    session = boto3.Session(aws_access_key_id="AKIA", aws_secret_access_key="none", region_name=region)
    expected = session.client(client).meta.endpoint_url
    assert expected == f"https://{endpoints.host(suffix, region)}"


@pytest.mark.parametrize(
    ("suffix", "region", "expected"),
    [
        ("ecr.dkr", "eu-west-1", f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com"),
        ("ecr.dkr", "cn-north-1", f"{ACCOUNT}.dkr.ecr.cn-north-1.amazonaws.com.cn"),
        ("s3", "eu-west-1", "prod-eu-west-1-starport-layer-bucket.s3.eu-west-1.amazonaws.com"),
        ("s3", "cn-north-1", "prod-cn-north-1-starport-layer-bucket.s3.cn-north-1.amazonaws.com.cn"),
    ],
)
def test_ecr_has_two_names_that_botocore_lacks(suffix: str, region: str, expected: str) -> None:
    """The registry belongs to an account, and layers come from a bucket of the region."""
    assert expected == endpoints.host(suffix, region, ACCOUNT)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("api.ecr.us-east-1.amazonaws.com", "ecr.api"),
        ("ecr.us-east-1.api.aws", "ecr.api"),
        ("ecr-fips.us-gov-west-1.amazonaws.com", "ecr.api"),
        (f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com", "ecr.dkr"),
        (f"{ACCOUNT}.dkr.ecr-fips.us-east-1.amazonaws.com", "ecr.dkr"),
        (f"{ACCOUNT}.dkr-ecr.us-east-1.on.aws", "ecr.dkr"),
        (f"{ACCOUNT}.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn", "ecr.dkr"),
        ("s3.amazonaws.com", "s3"),
        ("s3-us-west-2.amazonaws.com", "s3"),
        ("a.bucket.s3.us-east-1.amazonaws.com", "s3"),
        ("bucket.s3.dualstack.us-east-1.amazonaws.com", "s3"),
        ("bucket.s3-fips.us-east-1.amazonaws.com", "s3"),
        ("logs-fips.us-east-1.amazonaws.com", "logs"),
        ("logs.us-east-1.api.aws", "logs"),
        ("kms.cn-north-1.amazonaws.com.cn", "kms"),
        ("ssm.us-iso-east-1.c2s.ic.gov", "ssm"),
        ("sts.amazonaws.com", "sts"),
        ("SecretsManager.us-east-1.amazonaws.com.", "secretsmanager"),
        ("vpce-0a1b-c2d.ssm.us-east-1.vpce.amazonaws.com", "ssm"),
        ("vpce-0a1b-c2d.dkr.ecr.us-east-1.vpce.amazonaws.com", "ecr.dkr"),
        ("fs-0a1b.efs.us-east-1.amazonaws.com", None),
        ("auth.docker.io", None),
        ("amazonaws.com", None),
        ("notamazonaws.com", None),
        ("", None),
    ],
)
def test_a_name_tells_its_service_in_every_form(host: str, expected: str | None) -> None:
    """Region, partition, FIPS, dual stack, endpoint and bucket forms all lead to the endpoint's suffix."""
    assert expected == endpoints.suffix_of(host)


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("suffix", endpoints.SERVICES)
def test_a_host_leads_back_to_its_service_and_region(suffix: str, region: str) -> None:
    """What is written into a plan is recognised when a stop reason quotes it."""
    host = endpoints.host(suffix, region, ACCOUNT)
    assert (suffix, region) == (endpoints.suffix_of(host), endpoints.region_of(host))


@pytest.mark.parametrize(
    ("suffix", "region", "expected"),
    [
        ("ecr.api", "us-east-1", "com.amazonaws.us-east-1.ecr.api"),
        ("s3", "us-gov-west-1", "com.amazonaws.us-gov-west-1.s3"),
        ("ecr.dkr", "cn-north-1", "cn.com.amazonaws.cn-north-1.ecr.dkr"),
        ("s3", "cn-north-1", "com.amazonaws.cn-north-1.s3"),
        ("kms", "us-iso-east-1", "gov.ic.c2s.us-iso-east-1.kms"),
    ],
)
def test_an_endpoint_service_is_named_after_its_partition(suffix: str, region: str, expected: str) -> None:
    """The name that CreateVpcEndpoint takes turns the partition's suffix around."""
    assert expected == endpoints.service_name(suffix, region)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("us-east-1", True),
        ("mx-central-1", True),
        ("us-east-1\n", False),
        ("mars-1", False),
        ("REGION", False),
    ],
)
def test_a_region_has_a_form(text: str, expected: bool) -> None:  # noqa: FBT001  a table's column
    """Partitions know the form of their regions, so that new ones are known before botocore lists them."""
    assert expected == endpoints.is_region(text)
