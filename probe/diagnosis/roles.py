"""The role that the agent acts with: made where there is none, and unknown where its region is closed."""

from __future__ import annotations

from probe.diagnosis.case import Case
from probe.diagnosis.clues import Clues
from probe.diagnosis.commands import aws, document
from probe.diagnosis.definitions import new_role, registered
from probe.diagnosis.symptoms import named
from probe.evidence.demands import demands

TASKS, ASSUME = "ecs-tasks.amazonaws.com", "sts:AssumeRole"
TRUST = {"Effect": "Allow", "Principal": {"Service": TASKS}, "Action": ASSUME}

_MANAGED = "service-role/AmazonECSTaskExecutionRolePolicy"
_ITS_OWN = ("ecr:", "logs:CreateLogStream", "logs:PutLogEvents")
"""What AWS's managed policy admits.

https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonECSTaskExecutionRolePolicy.html
"""


def role_made(case: Case, _: Clues) -> tuple[str, ...]:
    """The commands that make the role with what the definition needs, and name it there."""
    role = new_role(case)
    if not role or not (renewed := registered(case)):
        return ()
    name = role.rpartition("/")[2]
    managed = f"arn:{case.spec.partition}:iam::aws:policy/{_MANAGED}"
    return (
        aws("iam", "create-role", role_name=name, assume_role_policy_document=document(TRUST)),
        aws("iam", "attach-role-policy", role_name=name, policy_arn=managed),
        *_granted(case, name),
        *renewed,
    )


def _granted(case: Case, name: str) -> tuple[str, ...]:
    """What the definition needs besides what AWS's managed policy admits."""
    wanted: dict[str, list[str]] = {}
    for one in demands(case.spec, case.targets):
        if not one.action.startswith(_ITS_OWN):
            wanted.setdefault(one.resource, []).append(one.action)
    statements = [{"Effect": "Allow", "Action": does, "Resource": on} for on, does in wanted.items()]
    if not statements:
        return ()
    policy = document(*statements)
    return (aws("iam", "put-role-policy", role_name=name, policy_name="start", policy_document=policy),)


def unknown_why(case: Case, clues: Clues) -> str:
    """AWS knows the credentials in the task's own region, or nowhere."""
    role, regions = clues[0].subject, ", ".join(_closed(case, clues))
    if regions:
        return (
            f"The credentials of {role} are not known in {regions}: AWS answers that where the account has "
            "not enabled the region, or has disabled it since."
        )
    return f"The task got no credentials for {role}: no role was given to it, or ECS could not assume it."


def region_opened(case: Case, clues: Clues) -> tuple[str, ...]:
    """The commands that enable the regions that know nobody's credentials; AWS takes minutes for each.

    https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
    """
    return tuple(aws("account", "enable-region", region_name=one) for one in _closed(case, clues))


def _closed(case: Case, clues: Clues) -> tuple[str, ...]:
    """Regions other than the task's in which its credentials do not hold, where that is all that fails."""
    regions = named(clue.symptom.target.region for clue in clues if clue.symptom is not None)
    return () if case.spec.region in regions else regions
