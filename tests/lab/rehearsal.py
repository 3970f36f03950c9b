"""What one person does in a lab's seat: probe, run the commands that the findings print, probe again.

Started by the lab and not by pytest: ``python -m probe.lab SCENARIO -- python tests/lab/rehearsal.py ...``
with run-probe's own arguments.  Writes one JSON object a line to stdout as each act ends, so that a
rehearsal that is cut short still tells what it saw.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

_KEPT = 6000
"""Characters of an error stream that are worth showing when a test fails."""


def main() -> None:
    """The three acts; the second and third only where a finding printed something to run."""
    first = probed(*sys.argv[1:])
    told("first", first | {"names": names(first["findings"])})
    commands = [line for finding in first["findings"] for line in finding["fix"]["cli"]]
    if commands:
        told("fix", ran(["sh", "-eu"], "\n".join(commands)) | {"commands": commands})
        told("second", probed(*sys.argv[1:]))


def told(act: str, what: dict[str, Any]) -> None:
    """One act on one line, at once."""
    sys.stdout.write(json.dumps({act: what}) + "\n")
    sys.stdout.flush()


def probed(*arguments: str, **keys: str) -> dict[str, Any]:
    """One run of run-probe: its exit code, its streams, and its findings where it printed a report."""
    ended = commanded(*arguments, "--output", "json", **keys)
    try:
        report = json.loads(ended["stdout"])
    except json.JSONDecodeError:
        report = {}
    return ended | {"findings": report.get("findings", [])}


def commanded(*arguments: str, **keys: str) -> dict[str, Any]:
    """One command of run-probe: its exit code and its streams."""
    return ran([sys.executable, "-m", "probe.cli", *arguments], **keys)


def ran(command: list[str], script: str = "", **keys: str) -> dict[str, Any]:
    """A command's exit code and streams; ``keys`` replace parts of the environment."""
    environment = os.environ | keys
    ended = subprocess.run(
        command, input=script, capture_output=True, text=True, check=False, env=environment
    )
    return {"exit_code": ended.returncode, "stdout": ended.stdout, "stderr": ended.stderr[-_KEPT:]}


def names(findings: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What people call the ids in findings: a Name tag, a group's name, or what their service says."""
    told = json.dumps([[one["subject"], one["subnets"]] for one in findings])
    asked = (ask() for pattern, ask in _NAMED.items() if re.search(pattern, told))
    return {identity: name for found in asked for identity, name in found.items()}


def of_ec2() -> dict[str, str]:
    """What a Name tag or a security group's name says."""
    ec2 = boto3.client("ec2")
    groups = ec2.get_paginator("describe_security_groups").paginate()
    tags = ec2.get_paginator("describe_tags").paginate(Filters=[{"Name": "key", "Values": ["Name"]}])
    named = {group["GroupId"]: group["GroupName"] for page in groups for group in page["SecurityGroups"]}
    return named | {tag["ResourceId"]: tag["Value"] for page in tags for tag in page["Tags"]}


def of_efs() -> dict[str, str]:
    """File systems by their names."""
    systems = boto3.client("efs").describe_file_systems()["FileSystems"]
    return {one["FileSystemId"]: one["Name"] for one in systems if "Name" in one}


def of_route_53() -> dict[str, str]:
    """Resolver rules and DNS Firewall's rule groups by their names, hosted zones by their domains."""
    resolver = boto3.client("route53resolver")
    rules = resolver.list_resolver_rules()["ResolverRules"]
    groups = resolver.list_firewall_rule_groups()["FirewallRuleGroups"]
    zones = boto3.client("route53").list_hosted_zones()["HostedZones"]
    domains = {zone["Id"].rpartition("/")[2]: zone["Name"].rstrip(".") for zone in zones}
    return domains | {one["Id"]: one["Name"] for one in (*rules, *groups)}


def keys() -> dict[str, str]:
    """KMS keys by their alias, where KMS answers."""
    with contextlib.suppress(BotoCoreError, ClientError):
        aliases = boto3.client("kms").list_aliases()["Aliases"]
        return {
            one["TargetKeyId"]: one["AliasName"].partition("/")[2] for one in aliases if "TargetKeyId" in one
        }
    return {}


def organized() -> dict[str, str]:
    """The organization, where there is one, and its policies by their names."""
    organizations = boto3.client("organizations")
    with contextlib.suppress(BotoCoreError, ClientError):
        identity = organizations.describe_organization()["Organization"]["Id"]
        kinds = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")
        found = [one for kind in kinds for one in organizations.list_policies(Filter=kind)["Policies"]]
        return {identity: "organization"} | {one["Id"]: one["Name"] for one in found}
    return {}


_NAMED: dict[str, Callable[[], dict[str, str]]] = {
    r"\b[a-z]+-[0-9a-f]{8,17}\b": of_ec2,
    r"\bfs-[0-9a-f]+\b": of_efs,
    r"\brslvr-|\b[0-9A-Z]{14,}\b": of_route_53,
    r"[0-9a-f]{8}-[0-9a-f]{4}-|\bmrk-": keys,
    r"\b[op]-[0-9a-z]{8,}\b": organized,
}
"""What an id looks like to who knows its name; a client of each would take a second a rehearsal."""


if __name__ == "__main__":
    main()
