"""Load balancers and what they lead to: a service's registration with them is checked when it is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from probe.lab.cloudformation.kinds.kind import Hands, Made, Maker, Properties, plain, without

_ACTIONS = {"Actions", "DefaultActions"}


def _plain(kind: str, operand: str, attributes: Mapping[str, str] | None = None, **options: Any) -> Maker:
    """A maker of a kind of ``elbv2``: ``operand`` ends its operations' names.

    ``attributes`` are those besides its ARN, by the member of the answer that has them.
    """
    arn = f"{kind}Arn"
    members = {arn: arn, **(attributes or {})}
    return plain(
        "elbv2",
        f"create_{operand}",
        f"{kind}s.0.{arn}",
        undo=(f"delete_{operand}", arn),
        attributes={name: f"{kind}s.0.{member}" for name, member in members.items()},
        **options,
    )


def _unordered(made: Maker, *unheard: str) -> Maker:
    """A maker that is not told the order of a listener's actions, which decides nothing here."""

    def make(hands: Hands, given: Properties) -> Made:
        actions: dict[str, Any] = {
            name: [without(one, "Order") for one in given[name]] for name in _ACTIONS & given.keys()
        }
        return made(hands, without(given, *unheard) | actions)

    return make


MAKERS: dict[str, Maker] = {
    "AWS::CertificateManager::Certificate": plain(
        "acm",
        "request_certificate",
        "CertificateArn",
        undo=("delete_certificate", "CertificateArn"),
        unheard=("CertificateExport", "CertificateTransparencyLoggingPreference", "DomainValidationOptions"),
    ),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _plain(
        "LoadBalancer",
        "load_balancer",
        {
            "DNSName": "DNSName",
            "CanonicalHostedZoneID": "CanonicalHostedZoneId",
            "LoadBalancerName": "LoadBalancerName",
            "LoadBalancerFullName": "LoadBalancerName",
            "SecurityGroups": "SecurityGroups",
        },
        named="Name",
        longest=32,
        unheard=("LoadBalancerAttributes",),
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": _plain(
        "TargetGroup",
        "target_group",
        {"TargetGroupName": "TargetGroupName", "TargetGroupFullName": "TargetGroupName"},
        named="Name",
        longest=32,
        unheard=("TargetGroupAttributes", "Targets"),
    ),
    "AWS::ElasticLoadBalancingV2::Listener": _unordered(_plain("Listener", "listener"), "ListenerAttributes"),
    "AWS::ElasticLoadBalancingV2::ListenerRule": _unordered(_plain("Rule", "rule")),
}
