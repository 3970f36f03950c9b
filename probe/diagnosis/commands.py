"""AWS CLI commands as they can be pasted into a shell: one line each, quoted, with their region."""

from __future__ import annotations

import shlex
import zlib
from collections.abc import Mapping, Sequence

import msgspec

from probe.diagnosis.case import Case
from probe.evidence.fits import ANY
from probe.evidence.snapshot import read

Option = str | bool | Sequence[str]
HTTPS = 443


def aws(service: str, operation: str, region: str | None = None, /, **options: Option) -> str:
    """One command.  An option's underscores are dashes; ``True`` is a flag; a sequence is several words."""
    words = ["aws", service, operation]
    words += ["--region", region] if region else []
    for name, value in options.items():
        words.append(f"--{name.strip('_').replace('_', '-')}")
        words += _values(value)
    return " ".join(words)


def _values(value: Option) -> list[str]:
    if value is True:
        return []
    several = [str(value)] if isinstance(value, str) else list(value or ())
    return [_quoted(one) for one in several]


def _quoted(word: str) -> str:
    """A word for the shell; one that is only a variable of an earlier line stays one."""
    return f'"{word}"' if word.startswith("$") and word[1:].isidentifier() else shlex.quote(word)


def into(variable: str, command: str, query: str) -> str:
    """A command whose answer a later line needs."""
    return f"{variable}=$({command} --query {shlex.quote(query)} --output text)"


def ec2(case: Case, operation: str, /, **options: Option) -> str:
    """A command of EC2 in the service's region."""
    return aws("ec2", operation, case.spec.region, **options)


def service_update(case: Case, **options: Option) -> tuple[str, ...]:
    """The command that changes the service; none where there is no service to change."""
    spec = case.spec
    if spec.service is None:
        return ()
    change = aws("ecs", "update-service", spec.region, cluster=spec.cluster, service=spec.service, **options)
    return (change,)


def own_resolver(case: Case, vpc: str) -> tuple[str, ...]:
    """DHCP options with AmazonProvidedDNS alone, for a VPC; what else its set says is said again."""
    known = next((one for one in read(case.snapshot.vpcs) if one.id == vpc), None)
    wanted = known.dhcp_options if known is not None else None
    now = next((one for one in read(case.snapshot.dhcp_options) if one.id == wanted), None)
    settings = (("domain-name-servers", ("AmazonProvidedDNS",)), *(now.others if now is not None else ()))
    written = tuple(f"Key={key},Values={','.join(values)}" for key, values in settings)
    made = into(
        "dhcp", ec2(case, "create-dhcp-options", dhcp_configurations=written), "DhcpOptions.DhcpOptionsId"
    )
    return (made, ec2(case, "associate-dhcp-options", dhcp_options_id="$dhcp", vpc_id=vpc))


def permission(
    port: int, *, group: str = "", cidr: str = "", prefix_list: str = "", protocol: str = "tcp"
) -> str:
    """One ``--ip-permissions`` value: a port and one peer."""
    peer = f"IpRanges=[{{CidrIp={cidr or ANY}}}]"
    if group:
        peer = f"UserIdGroupPairs=[{{GroupId={group}}}]"
    elif prefix_list:
        peer = f"PrefixListIds=[{{PrefixListId={prefix_list}}}]"
    return f"IpProtocol={protocol},FromPort={port},ToPort={port},{peer}"


def document(*statements: Mapping[str, object]) -> str:
    """A policy document as JSON text."""
    return msgspec.json.encode({"Version": "2012-10-17", "Statement": list(statements)}).decode()


def mark(text: str) -> str:
    """Eight characters that tell one text from another, for names that must not overwrite each other."""
    return f"{zlib.crc32(text.encode()):08x}"
