"""Whose resources a call is about: the caller's account, or the one that an ARN names.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from __future__ import annotations

from probe.lab.api.calls import Call
from probe.lab.iam.principals import Principal
from probe.lab.iam.resources import account_of

_NAMING = {"secretsmanager": ("SecretId",), "kms": ("KeyId",), "ecr": ("registryId",)}
"""Services whose resources another account's callers may use, and the parameters that name them."""
_DIGITS = 12


def serving(call: Call, signer: Principal | None) -> str:
    """The account whose state answers a call."""
    own = signer.account if signer is not None else call.account
    named = (str(call.params.get(name) or "") for name in _NAMING.get(call.api, ()))
    return next(filter(None, map(_account, named)), own)


def _account(named: str) -> str:
    return named if named.isdigit() and len(named) == _DIGITS else account_of(named)
