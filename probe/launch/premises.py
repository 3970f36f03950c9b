"""What a run in a VPC without a service stands on, looked at before anything is made.

What these credentials may not look at is told and left to the run itself: ECS will say it then.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from botocore.exceptions import ClientError
from msgspec.structs import replace

from probe.launch.refusals import asking, is_denied
from probe.launch.refused import RefusedError
from probe.launch.telling import Tell
from probe.launch.wishes import Carrier, Wish
from probe.model import Spec

Found = Mapping[str, str]
"""The id of a subnet or a group to its VPC."""

TASKS = "ecs-tasks.amazonaws.com"


def check_network(session: Any, subnets: tuple[str, ...], groups: tuple[str, ...], tell: Tell) -> None:
    """Every subnet and group exists, and all are in one VPC.  ``RefusedError`` where not."""
    ec2 = session.client("ec2")
    with allowed("ec2:DescribeSubnets", ",".join(subnets), tell):
        places = _subnets(ec2, subnets)
        _require_one(
            places, "cannot probe these subnets", "give the subnets of one VPC, and run once for each"
        )
        with allowed("ec2:DescribeSecurityGroups", ",".join(groups), tell):
            owners = _groups(ec2, groups)
            advice = f"give groups of {next(iter(places.values()))}, as the tasks to come will have"
            _require_one({**places, **owners}, "cannot give these groups to tasks in these subnets", advice)


def check_cluster(session: Any, cluster: str, tell: Tell) -> None:
    """A task runs in a cluster, even in one that is empty.  ``RefusedError`` where there is none."""
    what, region = "cannot start the probe", session.region_name
    action, resource = "ecs:DescribeClusters", f"cluster/{cluster}"
    with allowed(action, resource, tell), asking(what, action, resource):
        described = session.client("ecs").describe_clusters(clusters=[cluster])["clusters"]
        if not any(one.get("status") == "ACTIVE" for one in described):
            why = f"a task needs a cluster, and there is no cluster {cluster} in {region}"
            made = f"aws ecs create-cluster --region {region} --cluster-name default"
            raise RefusedError(what, why, f"name one with --cluster, or make the default one: {made}")


def check_role(session: Any, written: str, tell: Tell) -> str:
    """The ARN of a role, named by it or by its name, that ECS may assume.  ``RefusedError`` where not."""
    name, what = written.rpartition("/")[2], f"cannot use role {written}"
    with allowed("iam:GetRole", f"role/{name}", tell), asking(what, "iam:GetRole", f"role/{name}"):
        iam = session.client("iam")
        try:
            role = iam.get_role(RoleName=name)["Role"]
        except iam.exceptions.NoSuchEntityException:
            raise RefusedError(what, "there is no such role", "see: aws iam list-roles") from None
        if written.startswith("arn:") and role["Arn"] != written:
            raise RefusedError(what, f"the role of that name is {role['Arn']}", "give that ARN")
        if not admits(role["AssumeRolePolicyDocument"]):
            why = f"its trust policy does not let {TASKS} assume it, so no task can have it"
            raise RefusedError(what, why, "give the execution role that the tasks will have")
        return str(role["Arn"])
    return written


def carrier(spec: Spec, wish: Wish, tell: Tell) -> Wish:
    """The wish, by functions alone where no role could pull the probe's image.  ``RefusedError``, if neither.

    ECS registers no definition with an image of ECR and without a role that pulls it.
    """
    starts = wish.launch and wish.carrier is not Carrier.FUNCTION
    if not starts or spec.execution_role or wish.pull_role or ".dkr.ecr" not in wish.image:
        return wish
    why = "its image is in ECR, and neither --role nor --pull-role names a role that pulls it"
    if wish.carrier is Carrier.FARGATE or wish.function_role is None or spec.assign_public_ip:
        advice = "give --role, the execution role that the tasks to come will have"
        raise RefusedError("cannot start the probe", why, advice)
    tell(f"no probe can start: {why}; functions measure instead")
    return replace(wish, carrier=Carrier.FUNCTION)


def admits(trust: Any) -> bool:
    """Whether any statement of a trust policy lets ECS tasks assume the role, under conditions or not."""
    document = json.loads(trust) if isinstance(trust, str) else trust
    statements = document.get("Statement", [])
    return any(_admits(one) for one in (statements if isinstance(statements, list) else [statements]))


def _admits(statement: Mapping[str, Any]) -> bool:
    principal = statement.get("Principal", {})
    services = ["*"] if principal == "*" else _listed(principal.get("Service", []))
    actions = {action.lower() for action in _listed(statement.get("Action", []))}
    assumes = not actions.isdisjoint({"sts:assumerole", "sts:*", "*"})
    return statement.get("Effect") == "Allow" and assumes and not {TASKS, "*"}.isdisjoint(services)


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


class allowed:  # noqa: N801  read as a word of a with statement, like contextlib's own
    """A look that a denial ends without an error: it is told, and what was looked for stays unknown."""

    def __init__(self, action: str, resource: str, tell: Tell) -> None:
        self._what, self._tell = f"{action} on {resource}", tell

    def __enter__(self) -> None:
        """Nothing is prepared."""

    def __exit__(self, _: object, error: BaseException | None, __: object) -> bool:
        cause = error.__cause__ if isinstance(error, RefusedError) else error
        if not (isinstance(cause, ClientError) and is_denied(cause)):
            return False
        self._tell(f"not checked before the start: {self._what} is denied")
        return True


def _require_one(places: Found, what: str, advice: str) -> None:
    """One VPC for all.  ``RefusedError`` that names who is where."""
    vpcs = dict.fromkeys(places.values())
    if len(vpcs) > 1:
        where = (f"{', '.join(one for one in places if places[one] == vpc)} in {vpc}" for vpc in vpcs)
        raise RefusedError(what, f"they are of {len(vpcs)} VPCs: {'; '.join(where)}", advice)


def _subnets(ec2: Any, ids: tuple[str, ...]) -> Found:
    with asking("cannot probe these subnets", "ec2:DescribeSubnets"):
        found = ec2.describe_subnets(SubnetIds=list(ids))["Subnets"]
    return _in_order(ids, {one["SubnetId"]: one["VpcId"] for one in found})


def _groups(ec2: Any, ids: tuple[str, ...]) -> Found:
    with asking("cannot use these security groups", "ec2:DescribeSecurityGroups"):
        found = ec2.describe_security_groups(GroupIds=list(ids))["SecurityGroups"]
    return _in_order(ids, {one["GroupId"]: one["VpcId"] for one in found})


def _in_order(ids: Iterable[str], found: Found) -> Found:
    return {one: found[one] for one in ids if one in found}
