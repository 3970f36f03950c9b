"""How findings about identity are worded, and the statements that mend them."""

from __future__ import annotations

from probe.diagnosis.amendments import Statements, listed, rewritten, without_denials
from probe.diagnosis.case import Case
from probe.diagnosis.clues import Clue, Clues, Rule
from probe.diagnosis.commands import aws, document, ec2, mark
from probe.diagnosis.hidden import BOUNDARY, lacks, whole
from probe.diagnosis.identity import IDENTITY, denying_policy, role_of
from probe.diagnosis.roles import region_opened, unknown_why
from probe.diagnosis.symptoms import named
from probe.evidence.controls import Policy
from probe.evidence.demands import COMPANIONS
from probe.evidence.snapshot import Endpoint, read

_BY_OTHERS = {
    "service control": (
        "Whoever administers the organization allows it; from the management account, aws organizations "
        "list-policies-for-target --filter SERVICE_CONTROL_POLICY --target-id {account} shows the account's, "
        "and its organizational units have theirs."
    ),
    "resource control": (
        "Whoever administers the organization of the resource allows it; from its management account, aws "
        "organizations list-policies --filter RESOURCE_CONTROL_POLICY lists them."
    ),
    "session": "Whoever assumes the role gives it that policy along; it is attached to nothing.",
}
"""Kinds of policies that no policy of the role's makes up for, and who changes them."""


def _requests(clues: Clues) -> dict[str, tuple[str, ...]]:
    """Resource to the actions that are to be admitted on it."""
    wanted: dict[str, tuple[str, ...]] = {}
    for clue in clues:
        action, resource = clue.detail.get("action", ""), clue.detail.get("resource", "*")
        wanted[resource] = named((*wanted.get(resource, ()), *COMPANIONS.get(action, (action,))))
    return wanted


def _statements(clues: Clues) -> Statements:
    return [
        {"Effect": "Allow", "Action": list(actions), "Resource": resource}
        for resource, actions in _requests(clues).items()
    ]


def _refused(clues: Clues) -> str:
    pairs = (f"{clue.detail.get('action')} on {clue.detail.get('resource')}" for clue in clues)
    return ", ".join(named(pairs))


def _identity_why(case: Case, clues: Clues) -> str:
    role = role_of(case)
    limits = {clue.detail.get("policy", "") for clue in clues} & {BOUNDARY, *_BY_OTHERS}
    own = _lacking(case, clues)
    held = tuple(clue for clue in clues if clue not in own and clue.detail.get("policy") not in limits)
    said = [f"Nothing attached to {role} admits {_refused(own)}."] if own else []
    if held:
        said.append(
            f"AWS refused {_refused(held)} and names no policy; what is attached to {role} admits it, so "
            "another one refuses: the resource's, an endpoint's, or the organization's."
        )
    for limit in sorted(limits):
        kind = "the permissions boundary" if limit == BOUNDARY else f"a {limit} policy"
        within = tuple(clue for clue in clues if clue.detail.get("policy") == limit)
        said.append(
            f"What {role} may do at most is limited by {kind}, which does not admit {_refused(within)}."
            f"{_asked_of_others(role, limit)}"
        )
    if any(clue.detail.get("action") == "ssm:GetParameters" for clue in clues):
        said.append("ECS asks with ssm:GetParameters; ssm:GetParameter, without the s, is another action.")
    return " ".join(said)


def _asked_of_others(role: str, kind: str) -> str:
    """Who can change a policy that is not the account's; empty for one that is."""
    words = _BY_OTHERS.get(kind)
    account = role.split(":")[4] if role.startswith("arn:") else "ACCOUNT"
    return f" No policy of the role's makes up for that. {words.format(account=account)}" if words else ""


def grant(case: Case, clues: Clues) -> tuple[str, ...]:
    """One inline policy with exactly what was refused, and the boundary that has to admit it too.

    The inline policy's name is its content's, so that none is overwritten.
    """
    role = role_of(case)
    if ":role/" not in role:
        return ()
    limited = tuple(clue for clue in clues if clue.detail.get("policy") == BOUNDARY)
    own = _lacking(case, clues)
    return (*(_granted(role, own) if own else ()), *_within_boundary(case, limited))


def _lacking(case: Case, clues: Clues) -> Clues:
    """The refusals that are the role's own want: none of a limit's, none of what it is known to hold."""
    own = (clue for clue in clues if clue.detail.get("policy") not in {BOUNDARY, *_BY_OTHERS})
    return tuple(clue for clue in own if clue.detail.get("policy") or not _holds(case, clue))


def _holds(case: Case, clue: Clue) -> bool:
    asked = clue.detail.get("action", ""), clue.detail.get("resource", "*")
    return whole(case) and not lacks(case, *asked) and denying_policy(case, IDENTITY, *asked) is None


def _granted(role: str, clues: Clues) -> tuple[str, ...]:
    policy = document(*_statements(clues))
    return (
        aws(
            "iam",
            "put-role-policy",
            role_name=role.rpartition("/")[2],
            policy_name=f"start-path-{mark(policy)}",
            policy_document=policy,
        ),
    )


def _within_boundary(case: Case, clues: Clues) -> tuple[str, ...]:
    boundary = next((one for one in read(case.snapshot.policies) if one.kind == BOUNDARY), None)
    if boundary is None or not clues:
        return ()
    return rewritten(case, boundary, [*listed(boundary.document), *_statements(clues)])


def _explicit_why(case: Case, clues: Clues) -> str:
    kind = clues[0].detail.get("policy") or "some"
    article = "an" if kind.startswith("identity") else "a"
    return (
        f"A statement of {article} {kind} policy denies {_refused(clues)}; no other policy can admit it then."
        f"{_asked_of_others(role_of(case), kind)}"
    )


def _explicit_fix(case: Case, clues: Clues) -> tuple[str, ...]:
    """The policy without the statements that deny; an organization's, or a session's, is its owner's."""
    endpoint = _endpoint(case, clues[0].subject)
    if endpoint is not None and endpoint.policy is not None:
        return (_replaced(case, endpoint, without_denials(endpoint.policy, _requests(clues))),)
    found = dict.fromkeys(denying(case, clues))
    return named(
        line
        for one in found
        for line in rewritten(case, one, without_denials(one.document, _requests(clues)))
    )


def denying(case: Case, clues: Clues) -> list[Policy]:
    """The policies, as read, that deny what was refused."""
    asked = ((clue.detail.get(key, "") for key in ("policy", "action", "resource")) for clue in clues)
    found = (denying_policy(case, *words) for words in asked)
    return [one for one in found if one is not None]


def _endpoint_why(_: Case, clues: Clues) -> str:
    return f"The policy of {clues[0].subject} does not admit {_refused(clues)}, whatever the role may do."


def _endpoint_fix(case: Case, clues: Clues) -> tuple[str, ...]:
    """The endpoint's own policy with one more statement; the full policy where it could not be read."""
    endpoint = _endpoint(case, clues[0].subject)
    if endpoint is None:
        return ()
    added = [{**statement, "Principal": "*"} for statement in _statements(clues)]
    kept = without_denials(endpoint.policy, _requests(clues)) if endpoint.policy is not None else []
    return (_replaced(case, endpoint, [*kept, *added]),)


def _replaced(case: Case, endpoint: Endpoint, statements: Statements) -> str:
    """An endpoint without a policy of its own has the one that admits everything."""
    if not statements:
        return ec2(case, "modify-vpc-endpoint", vpc_endpoint_id=endpoint.id, reset_policy=True)
    policy = document(*statements)
    return ec2(case, "modify-vpc-endpoint", vpc_endpoint_id=endpoint.id, policy_document=policy)


def _endpoint(case: Case, identity: str) -> Endpoint | None:
    return next((one for one in read(case.snapshot.endpoints) if one.id == identity), None)


def _resource_why(_: Case, clues: Clues) -> str:
    return (
        f"The policy on {clues[0].subject} does not admit the role: {_refused(clues)} needs a statement "
        "there."
    )


def _resource_fix(case: Case, clues: Clues) -> tuple[str, ...]:
    """The resource's policy with one more statement for the role; only where the present one is known."""
    known = next((one for one in read(case.snapshot.policies) if one.attached_to == clues[0].subject), None)
    if known is None:
        return ()
    added = [{**statement, "Principal": {"AWS": role_of(case)}} for statement in _statements(clues)]
    return rewritten(case, known, [*listed(known.document), *added])


RULES = (
    Rule(
        "role-credentials-missing",
        "The task has no role credentials",
        unknown_why,
        region_opened,
    ),
    Rule("identity-policy-denies", "The execution role lacks a permission", _identity_why, grant),
    Rule("explicit-deny", "A policy denies outright", _explicit_why, _explicit_fix),
    Rule("endpoint-policy-denies", "The endpoint's policy does not admit it", _endpoint_why, _endpoint_fix),
    Rule(
        "resource-policy-denies", "The resource's own policy does not admit it", _resource_why, _resource_fix
    ),
)
