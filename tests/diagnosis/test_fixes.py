"""The printed commands: for the ids at hand, the cheapest that mend it, none that break a route."""

from __future__ import annotations

import re
from typing import Any

import pytest
from msgspec.structs import replace

from probe.diagnosis import Case, diagnose
from probe.diagnosis.commands import aws, into, permission
from probe.evidence.snapshot import AclEntry
from probe.model import Kind, Layer
from tests.builders.cases import ROLE, TARGETS, case, everywhere, fails, outcome, refused, spec
from tests.builders.vpcs import (
    ANY,
    PUBLIC,
    S3_ADDRESS,
    SUBNETS,
    acl,
    address,
    deny,
    endpoint,
    gateway,
    nat_vpc,
    private_vpc,
    service,
)
from tests.diagnosis.mended import ENDPOINT, INTERFACES, OPERATIONS, TASK, everything, one


def fixed(of: Case) -> list[str]:
    """The operations of every printed command, in their order; a shell variable's is the one in it."""
    lines = [line for finding in diagnose(of) for line in finding.fix.cli]
    return [line.partition("aws ")[2].split(" --")[0].partition(" ")[2] for line in lines]


def printed(of: Case) -> str:
    """Every printed command."""
    return "\n".join(line for finding in diagnose(of) for line in finding.fix.cli)


@pytest.mark.parametrize(("of", "operations"), OPERATIONS.values(), ids=OPERATIONS.keys())
def test_the_cheapest_commands_are_printed(of: Case, operations: list[str]) -> None:
    """What exists is used; what is missing is made, in an order in which each line can run."""
    assert operations == fixed(of)


def test_an_endpoint_is_made_like_its_siblings() -> None:
    """One subnet a zone, the groups of an endpoint that admits the task, private DNS on."""
    there = private_vpc(
        endpoints=(*(endpoint(name) for name in INTERFACES if name != "logs"), gateway("rtb-1"))
    )
    twins = tuple(replace(subnet, az="us-east-1a") for subnet in there.subnets)  # type: ignore[union-attr]
    line = printed(case(replace(there, subnets=twins), *one("logs", PUBLIC)))
    assert (True, True, True) == (
        "--subnet-ids subnet-a --security-group-ids sg-endpoint" in line,
        "--private-dns-enabled" in line,
        service("logs") in line,
    )


def test_an_endpoint_in_another_region_names_it() -> None:
    """S3, ECR and KMS reach across regions."""
    from tests.builders.cases import target, works

    far = target("ecr.api", region="eu-west-1")
    outcomes = (
        outcome(one, *works(*TARGETS), *fails(far.name, Layer.TCP, Kind.TIMEOUT, PUBLIC)) for one in SUBNETS
    )
    line = printed(case(private_vpc(), *outcomes, targets=(*TARGETS, far)))
    assert "--service-region eu-west-1" in line


def test_egress_is_opened_for_exactly_what_is_needed() -> None:
    """The endpoint's group, and S3's prefix list; not the world."""
    there = private_vpc(security_groups=(replace(TASK, rules=()), ENDPOINT))
    outcomes = tuple(
        outcome(
            one,
            *fails("logs", Layer.TCP, Kind.TIMEOUT, address("logs", one)),
            *fails("s3", Layer.TCP, Kind.TIMEOUT, S3_ADDRESS),
        )
        for one in SUBNETS
    )
    text = printed(case(there, *outcomes))
    assert (True, True, False) == (
        "UserIdGroupPairs=[{GroupId=sg-endpoint}]" in text,
        "PrefixListIds=[{PrefixListId=pl-s3}]" in text,
        ANY in text,
    )


def test_an_entry_takes_a_number_that_no_entry_of_ipv6_has() -> None:
    """AWS counts both families' entries of a direction together, and decides IPv4 by its own alone."""
    six = AclEntry(number=89, egress=False, allow=True, protocol="-1", cidr="::/0")
    shut = deny(90, egress=False, ports=(32768, 60999))
    there = nat_vpc(network_acls=(acl("acl-1", SUBNETS, six, shut), acl("acl-public", ("subnet-public",))))
    assert "--rule-number 88 " in printed(case(there, *everything()))


def test_requests_and_replies_that_one_entry_drops_are_one_finding() -> None:
    """Which opens the one and the other, each at a number of its own."""
    shut = deny(90, egress=True)
    there = private_vpc(network_acls=(acl("acl-1", SUBNETS, shut),))
    far = fails("logs", Layer.TCP, Kind.TIMEOUT, address("logs", "subnet-b"))
    of = case(there, *everywhere(*far, besides=("logs",)), spec=spec(subnets=("subnet-a",)))
    assert ["nacl-blocks-request"] == [one.code for one in diagnose(of)]
    assert ["89", "87"] == re.findall(r"--rule-number (\d+) ", printed(of))


def test_egress_to_the_internet_is_to_anywhere() -> None:
    """Public addresses of AWS change."""
    there = nat_vpc(security_groups=(replace(TASK, rules=()), ENDPOINT))
    assert f"IpRanges=[{{CidrIp={ANY}}}]" in printed(case(there, *everything()))


def test_a_role_that_is_not_known_gets_no_command() -> None:
    """Nothing is invented."""
    steps = refused("logs", Kind.ACCESS_DENIED)
    of = case(private_vpc(), *everywhere(*steps, besides=("logs",)), spec=spec(execution_role=None))
    assert "" == printed(of)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({"vpc_id": "vpc-1"}, "aws ec2 describe --region r --vpc-id vpc-1"),
        ({"flag": True}, "aws ec2 describe --region r --flag"),
        ({"ids": ("a", "b")}, "aws ec2 describe --region r --ids a b"),
        ({"id": "$nat"}, 'aws ec2 describe --region r --id "$nat"'),
        ({"text": "it's; rm"}, "aws ec2 describe --region r --text 'it'\"'\"'s; rm'"),
        ({"text": "$(x)"}, "aws ec2 describe --region r --text '$(x)'"),
    ],
)
def test_words_are_quoted_for_a_shell(words: dict[str, Any], expected: str) -> None:
    """Only a variable that an earlier line made is left to the shell."""
    assert expected == aws("ec2", "describe", "r", **words)


def test_answers_and_permissions_are_written_out() -> None:
    """The two forms that many commands share."""
    assert (
        "x=$(aws ec2 make --query A.B --output text)",
        "IpProtocol=udp,FromPort=53,ToPort=53,IpRanges=[{CidrIp=10.0.0.2/32}]",
    ) == (
        into("x", aws("ec2", "make"), "A.B"),
        permission(53, cidr="10.0.0.2/32", protocol="udp"),
    )


def test_no_command_names_another_accounts_role() -> None:
    """The role in a grant is the service's own."""
    steps = refused("secretsmanager", Kind.ACCESS_DENIED)
    text = printed(case(private_vpc(), *everywhere(*steps, besides=("secretsmanager",))))
    assert f"--role-name {ROLE.rpartition('/')[2]} " in text
