"""An organization made here: the lab's account is a member of it, and another account manages it.

AWS makes the account that creates an organization its manager, whom no service control policy binds.  The lab
has one account with a network, so that it would have nobody for such policies to bind; it says so when it
matters.  A policy type has to be enabled before policies of it are attached, which moto does not ask.
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
https://docs.aws.amazon.com/organizations/latest/APIReference/API_AttachPolicy.html
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from probe.lab.api.calls import Call, Handler
from probe.lab.api.errors import ApiError

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

MANAGER = "111122223333"
_NOT_ENABLED = "You can't perform the operation because the specified policy type isn't enabled in this root."


def handlers(cloud: Cloud) -> Iterator[tuple[tuple[str, str], Handler]]:
    def create(call: Call) -> Mapping[str, Any]:
        call.forward()
        _hand_over(cloud.backend("organizations"))
        sys.stderr.write(
            f"lab: account {MANAGER} manages the organization; {cloud.account} is a member of it\n"
        )
        return dict(cloud.backend("organizations").org.describe())

    def attach(call: Call) -> Mapping[str, Any]:
        state = cloud.backend("organizations")
        policy = next((each for each in state.policies if each.id == call.params.get("PolicyId")), None)
        enabled = {kind["Type"] for unit in state.ou for kind in getattr(unit, "policy_types", ())}
        if policy is not None and policy.type not in enabled:
            raise ApiError("PolicyTypeNotEnabledException", _NOT_ENABLED)
        return call.forward()

    yield ("organizations", "CreateOrganization"), create
    yield ("organizations", "AttachPolicy"), attach


def _hand_over(state: Any) -> None:
    """Everything of a new organization names its manager."""
    state.org.master_account_id = MANAGER
    for each in (*state.accounts, *state.ou, *state.policies):
        each.master_account_id = MANAGER
    for account in state.accounts:
        account.name = "workload"
