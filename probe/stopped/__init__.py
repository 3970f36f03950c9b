"""ECS stop reasons: what such a text says, and what it cannot say.

A grammar in five steps: ``words`` cleans the text and splits joined errors, ``stages`` finds the step of
the start, ``causes`` what may have gone wrong there, ``marks`` and ``demanded`` the names and addresses in
it, ``advice`` what is ruled out and what to look at next.  Nothing here looks at an account.
"""

from __future__ import annotations

import msgspec

from probe.stopped.advice import excluded, following, passed
from probe.stopped.causes import causes_of
from probe.stopped.demanded import request_of
from probe.stopped.documents import reasons
from probe.stopped.marks import address_of, host_of, kind_of, policy_of, service_of
from probe.stopped.reason import AddressKind, Cause, Stage, StopReason
from probe.stopped.stages import stage_of
from probe.stopped.words import clean, is_cut, parts

__all__ = ["AddressKind", "Cause", "Stage", "StopReason", "decode", "reasons"]


def decode(text: str) -> StopReason:
    """What a stop reason, or any part of one, says.  Never raises; what it cannot tell is ``unknown``."""
    cleaned = clean(text)
    stage = stage_of(cleaned)
    errors = parts(cleaned)
    causes = _likeliest(*(causes_of(error, stage) for error in errors))
    address = address_of(cleaned)
    action, resource = request_of(cleaned, stage)
    policy, explicit = policy_of(cleaned)
    said = StopReason(
        stage=stage,
        causes=causes,
        service=service_of(cleaned, stage),
        host=host_of(cleaned, stage),
        address=address,
        address_kind=kind_of(address),
        action=action,
        resource=resource,
        policy=policy,
        explicit=explicit,
        cut=is_cut(cleaned),
        errors=len(errors),
        excluded=excluded(errors, stage, causes),
        passed=passed(stage),
        text=cleaned,
    )
    return msgspec.structs.replace(said, next=following(said))


def _likeliest(first: tuple[Cause, ...], *others: tuple[Cause, ...]) -> tuple[Cause, ...]:
    """The first error's causes, those before that a joined error also names; then the others'."""
    named = {cause for error in others for cause in error}
    ordered = (sorted(first, key=lambda cause: cause not in named), *others)
    known = dict.fromkeys(cause for error in ordered for cause in error if cause is not Cause.UNKNOWN)
    return tuple(known)[:3] or (Cause.UNKNOWN,)
