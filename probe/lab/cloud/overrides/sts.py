"""STS: who one really is, and a trust policy that is asked before a role is assumed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from probe.lab.api.calls import Call, Handler
from probe.lab.iam import Denied, stored, trust
from probe.lab.iam.policies import Grant

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud


def handlers(cloud: Cloud) -> Iterator[tuple[tuple[str, str], Handler]]:
    def identity(call: Call) -> Mapping[str, Any]:
        if call.principal is None:
            return {
                "UserId": call.account,
                "Account": call.account,
                "Arn": f"arn:aws:iam::{call.account}:root",
            }
        return {
            "UserId": call.principal.user_id,
            "Account": call.principal.account,
            "Arn": call.principal.arn,
        }

    def assume(call: Call) -> Mapping[str, Any]:
        wanted = str(call.params["RoleArn"])
        role = stored.role(cloud.backend, wanted)
        if cloud.enforced and call.principal is not None:
            grant = trust.admits(role, call.principal) if role else Grant.NONE
            if grant is Grant.NONE:
                who = call.principal.arn
                text = f"User: {who} is not authorized to perform: sts:AssumeRole on resource: {wanted}"
                raise Denied(text, "")
        return call.forward()

    yield ("sts", "GetCallerIdentity"), identity
    yield ("sts", "AssumeRole"), assume
