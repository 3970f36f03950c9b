"""What was typed by hand is looked at before anything is made; what may not be looked at is told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from probe.launch.premises import admits, carrier
from probe.launch.refused import RefusedError
from probe.launch.wishes import Carrier, Wish
from tests.builders.cases import spec

ECR = "123456789012.dkr.ecr.us-east-1.amazonaws.com/run-probe:1"
TASKS = "ecs-tasks.amazonaws.com"


def trust(
    principal: Any, action: Any = "sts:AssumeRole", effect: str = "Allow", **more: Any
) -> dict[str, Any]:
    statement = {"Effect": effect, "Principal": principal, "Action": action, **more}
    return {"Version": "2012-10-17", "Statement": [statement]}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (trust({"Service": TASKS}), True),
        (trust({"Service": ["ec2.amazonaws.com", TASKS]}, ["sts:TagSession", "sts:AssumeRole"]), True),
        (trust("*", "sts:*"), True),
        (trust({"Service": TASKS}, Condition={"StringEquals": {"aws:SourceAccount": "1"}}), True),
        (trust({"Service": "lambda.amazonaws.com"}), False),
        (trust({"Service": TASKS}, effect="Deny"), False),
        (trust({"Service": TASKS}, "sts:TagSession"), False),
        ({"Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}}, False),
    ],
    ids=["plain", "lists", "everybody", "conditional", "lambda", "deny", "another-action", "accounts"],
)
def test_a_trust_policy_admits_tasks_or_not(document: dict[str, Any], *, expected: bool) -> None:
    """Conditions may hold, so that they refuse nothing here; the text of a policy reads like its document."""
    assert (expected, expected) == (admits(document), admits(json.dumps(document)))


@pytest.mark.parametrize(
    ("wish", "role", "expected"),
    [
        (Wish(image=ECR), "arn:aws:iam::1:role/x", Carrier.AUTO),
        (Wish(image=ECR, pull_role="arn:aws:iam::1:role/y"), None, Carrier.AUTO),
        (Wish(image="public.ecr.aws/x/run-probe"), None, Carrier.AUTO),
        (Wish(image=ECR, launch=False), None, Carrier.AUTO),
        (Wish(image=ECR, function_role="arn:aws:iam::1:role/f"), None, Carrier.FUNCTION),
    ],
    ids=["role", "pull-role", "public-image", "not-launched", "functions-instead"],
)
def test_without_a_role_that_pulls_functions_measure(wish: Wish, role: str | None, expected: Carrier) -> None:
    """ECS would not even register the probe's definition."""
    assert expected is carrier(spec(execution_role=role), wish, lambda _: None).carrier


@pytest.mark.parametrize(
    "wish",
    [Wish(image=ECR), Wish(image=ECR, carrier=Carrier.FARGATE, function_role="arn:aws:iam::1:role/f")],
    ids=["no-function-role", "fargate-alone"],
)
def test_without_any_carrier_the_run_is_refused(wish: Wish) -> None:
    """In one line, before anything is made."""
    with pytest.raises(RefusedError, match="its image is in ECR, and neither --role nor --pull-role"):
        carrier(spec(execution_role=None), wish, lambda _: None)
