"""What decides beside routes, groups and NACLs: names, policies, and switches of the account.

Nouns of the snapshot's later parts, with AWS's own names in snake case; only what a rule reads is kept.
"""

from __future__ import annotations

from probe.model import Noun

OFF = "off"
"""The mode of Block Public Access that closes nothing."""


NOT_READ = "not read"
"""The state of a key that is known by its id alone."""


class Instance(Noun, kw_only=True):
    """An EC2 instance that a route leads to: a NAT instance works while its ``state`` is ``running``."""

    id: str
    state: str


class PublicAccess(Noun, kw_only=True):
    """VPC Block Public Access: ``mode`` is ``off``, ``block-ingress`` or ``block-bidirectional``.

    ``exclusions`` are the ids of the VPCs and subnets that it spares, ``egress_exclusions`` of those in which
    it leaves NAT gateways their way out.
    """

    mode: str
    exclusions: tuple[str, ...] = ()
    egress_exclusions: tuple[str, ...] = ()


class HostedZone(Noun, kw_only=True):
    """A private hosted zone that is associated with a VPC; ``name`` has no trailing dot.

    ``owner`` is the account that it belongs to.
    """

    id: str
    name: str
    vpcs: tuple[str, ...] = ()
    owner: str | None = None


class ResolverRule(Noun, kw_only=True):
    """A rule associated with a VPC: questions under ``domain`` go to ``targets``.

    ``type`` is ``FORWARD``, or ``SYSTEM`` for a domain that stays with the VPC's own resolver.
    """

    id: str
    domain: str
    type: str = "FORWARD"
    vpcs: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()


class FirewallRule(Noun, kw_only=True):
    """One DNS Firewall rule of a group that is associated with a VPC.

    The lowest ``group_priority`` comes first, which is the association's, and within a group the lowest
    ``priority``.  ``action`` is ``ALLOW``, ``ALERT`` or ``BLOCK``; a domain may begin with an asterisk.
    """

    group: str
    group_priority: int = 0
    priority: int
    action: str
    domains: tuple[str, ...]
    vpcs: tuple[str, ...] = ()


class Policy(Noun, kw_only=True):
    """A policy that bears on a role or lies on a resource; ``document`` is JSON text.

    ``attached_to`` is the role's or resource's ARN (or name); ``name`` the policy's own ARN, or the
    inline policy's name; ``kind`` is ``identity-based``, ``permissions boundary`` or ``resource-based``.
    """

    attached_to: str
    kind: str
    name: str
    document: str


class RoleSummary(Noun, kw_only=True):
    """A role: ``trust`` is its assume-role document as JSON text, ``exists`` whether IAM knows it."""

    arn: str
    exists: bool = True
    trust: str | None = None


class Key(Noun, kw_only=True):
    """A customer's KMS key: ``state`` is ``Enabled`` or why it decrypts nothing (``PendingDeletion``).

    The state is ``not read`` where the key is known by its id alone.  ``protects`` are the secrets and
    parameters under it that the task needs.
    """

    arn: str
    state: str
    protects: tuple[str, ...] = ()


class Simulated(Noun, kw_only=True):
    """What IAM's own simulator says of the role: ``allowed``, ``implicitDeny`` or ``explicitDeny``.

    ``boundary`` and ``organization`` say whether the permissions boundary and the service control policies
    would let it pass; absent where there are none.
    """

    action: str
    resource: str
    decision: str
    boundary: bool | None = None
    organization: bool | None = None
