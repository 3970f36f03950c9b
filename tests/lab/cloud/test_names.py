"""Host names: which service in which region a name is, and where it lives."""

from __future__ import annotations

import ipaddress

import pytest

from probe.lab.names import Names, private_zones, service_of_endpoint

REGIONS = frozenset({"us-east-1", "eu-west-1", "cn-north-1"})


@pytest.fixture
def names() -> Names:
    return Names("us-east-1", REGIONS)


PLACES = {
    "plain": ("ssm.us-east-1.amazonaws.com", ("ssm", "us-east-1", "")),
    "trailing-dot-and-case": ("SSM.us-east-1.amazonaws.com.", ("ssm", "us-east-1", "")),
    "fips": ("kms-fips.us-east-1.amazonaws.com", ("kms", "us-east-1", "")),
    "ecr-api": ("api.ecr.eu-west-1.amazonaws.com", ("ecr.api", "eu-west-1", "")),
    "registry": ("123456789012.dkr.ecr.eu-west-1.amazonaws.com", ("ecr.dkr", "eu-west-1", "123456789012")),
    "registry-dual-stack": (
        "123456789012.dkr-ecr.eu-west-1.on.aws",
        ("ecr.dkr", "eu-west-1", "123456789012"),
    ),
    "china": ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", ("ecr.dkr", "cn-north-1", "123456789012")),
    "bucket": ("my.bucket.s3.eu-west-1.amazonaws.com", ("s3", "eu-west-1", "my.bucket")),
    "bucket-without-region": ("b1b.s3.amazonaws.com", ("s3", "us-east-1", "b1b")),
    "s3-dual-stack": ("s3.dualstack.eu-west-1.amazonaws.com", ("s3", "eu-west-1", "")),
    "global-sts": ("sts.amazonaws.com", ("sts", "us-east-1", "")),
    "iam": ("iam.amazonaws.com", ("iam", "us-east-1", "")),
    "endpoint": ("vpce-0a1-b2c3.ssm.us-east-1.vpce.amazonaws.com", ("ssm", "us-east-1", "")),
    "endpoint-in-a-zone": (
        "vpce-0a1-b2c3-us-east-1a.api.ecr.us-east-1.vpce.amazonaws.com",
        ("ecr.api", "us-east-1", ""),
    ),
    "no-such-region": ("ssm.us-east-9.amazonaws.com", None),
    "no-such-service": ("ssn.us-east-1.amazonaws.com", None),
    "no-account": ("dkr.ecr.us-east-1.amazonaws.com", None),
    "somebody-else": ("db.example.com", None),
    "lookalike": ("ssm.us-east-1.amazonaws.com.example.com", None),
}


@pytest.mark.parametrize(("host", "expected"), PLACES.values(), ids=PLACES)
def test_name_is_a_service_in_a_region(
    names: Names, host: str, expected: tuple[str, str, str] | None
) -> None:
    """AWS's forms are known, and nothing else."""
    place = names.locate(host)

    assert expected == (place and (place.suffix, place.region, place.label))


def test_every_service_and_region_has_an_address_of_its_own(names: Names) -> None:
    """Addresses are handed out once, and lead back to the service."""
    hosts = [host for host, place in PLACES.values() if place and place[0] != "s3"]

    given = {
        (place.suffix, place.region): names.address(host) for host in hosts if (place := names.locate(host))
    }

    assert len(given) == len(set(given.values()))
    assert given == {key: names.address(names.host(*key)) for key in given}
    assert set(given) == {names.at(str(address)) for address in given.values()}


def test_s3_of_another_region_is_not_in_the_home_prefix_list(names: Names) -> None:
    """A gateway endpoint leads to its own region's S3 only."""
    home, away = (names.address(f"s3.{region}.amazonaws.com") for region in ("us-east-1", "eu-west-1"))

    listed = ipaddress.ip_network(names.s3_range("us-east-1"))

    assert (True, False) == tuple(ipaddress.ip_address(str(each)) in listed for each in (home, away))


ZONES = {
    "plain": ("logs", ("logs.eu-west-1.amazonaws.com",)),
    "registry": ("ecr.dkr", ("dkr.ecr.eu-west-1.amazonaws.com", "*.dkr.ecr.eu-west-1.amazonaws.com")),
    "s3": ("s3", ("s3.eu-west-1.amazonaws.com", "*.s3.eu-west-1.amazonaws.com")),
}


@pytest.mark.parametrize(("suffix", "expected"), ZONES.values(), ids=ZONES)
def test_private_dns_covers_the_names_that_aws_says(suffix: str, expected: tuple[str, ...]) -> None:
    """Wildcards where a service has names below its own."""
    service = service_of_endpoint(f"com.amazonaws.eu-west-1.{suffix}")

    assert service is not None
    assert expected == private_zones(service.suffix, "eu-west-1")
