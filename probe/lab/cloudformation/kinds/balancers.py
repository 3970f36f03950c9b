"""Load balancers and what they lead to: a service's registration with them is checked when it is made."""

from __future__ import annotations

from typing import Any

from probe.lab.cloudformation.kinds.kind import Hands, Made, Maker, Properties, plain, without

_API = "elbv2"
_ACTIONS = {"Actions", "DefaultActions"}


def _ordered(made: Maker, *unheard: str) -> Maker:
    """Attributes are of no account here; a listener's actions may be one or several."""

    def make(hands: Hands, given: Properties) -> Made:
        actions: dict[str, Any] = {
            name: [without(one, "Order") for one in given[name]] for name in _ACTIONS & given.keys()
        }
        return made(hands, without(given, *unheard) | actions)

    return make


MAKERS: dict[str, Maker] = {
    "AWS::ElasticLoadBalancingV2::LoadBalancer": plain(
        _API,
        "create_load_balancer",
        "LoadBalancers.0.LoadBalancerArn",
        named="Name",
        longest=32,
        undo=("delete_load_balancer", "LoadBalancerArn"),
        attributes={
            "DNSName": "LoadBalancers.0.DNSName",
            "CanonicalHostedZoneID": "LoadBalancers.0.CanonicalHostedZoneId",
            "LoadBalancerName": "LoadBalancers.0.LoadBalancerName",
            "LoadBalancerArn": "LoadBalancers.0.LoadBalancerArn",
            "LoadBalancerFullName": "LoadBalancers.0.LoadBalancerName",
            "SecurityGroups": "LoadBalancers.0.SecurityGroups",
        },
        unheard=("LoadBalancerAttributes",),
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": plain(
        _API,
        "create_target_group",
        "TargetGroups.0.TargetGroupArn",
        named="Name",
        longest=32,
        undo=("delete_target_group", "TargetGroupArn"),
        attributes={
            "TargetGroupArn": "TargetGroups.0.TargetGroupArn",
            "TargetGroupName": "TargetGroups.0.TargetGroupName",
            "TargetGroupFullName": "TargetGroups.0.TargetGroupName",
        },
        unheard=("TargetGroupAttributes", "Targets"),
    ),
    "AWS::ElasticLoadBalancingV2::Listener": _ordered(
        plain(
            _API,
            "create_listener",
            "Listeners.0.ListenerArn",
            undo=("delete_listener", "ListenerArn"),
            attributes={"ListenerArn": "Listeners.0.ListenerArn"},
        ),
        "ListenerAttributes",
    ),
    "AWS::ElasticLoadBalancingV2::ListenerRule": _ordered(
        plain(
            _API,
            "create_rule",
            "Rules.0.RuleArn",
            undo=("delete_rule", "RuleArn"),
            attributes={"RuleArn": "Rules.0.RuleArn"},
        )
    ),
}
