"""Network ACLs as chains: stateless, in rule-number order, replies as much as requests.

A chain returns where the ACL allows and drops where it denies or says nothing.  They are asked at subnet
boundaries only, and before connection tracking is: ``ruleset`` sees to both.
https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
"""

from __future__ import annotations

from probe.lab.compile.matching import peer, sentence, traffic
from probe.lab.state import Acl, AclEntry


def chain_name(acl: str, *, egress: bool) -> str:
    """The chain that holds one direction of an ACL."""
    return f"{acl.replace('-', '_')}_{'egress' if egress else 'ingress'}"


def chains(acl: Acl) -> dict[str, list[str]]:
    """Both directions of an ACL: chain name to rules."""
    return {chain_name(acl.id, egress=egress): _rules(acl, egress=egress) for egress in (True, False)}


def _rules(acl: Acl, *, egress: bool) -> list[str]:
    mine = sorted((one for one in acl.entries if one.egress is egress), key=lambda one: one.number)
    return [_rule(entry) for entry in mine] + ["drop"]


def _rule(entry: AclEntry) -> str:
    side = "daddr" if entry.egress else "saddr"
    verdict = "return" if entry.allow else "drop"
    return sentence(traffic(entry.protocol, entry.ports), peer(side, [entry.cidr]) or "", verdict)
