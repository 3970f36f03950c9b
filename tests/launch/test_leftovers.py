"""What a killed run left is found by its family, in every cluster, and taken away."""

from __future__ import annotations

import pytest

from probe.launch import leftovers
from tests.clients import Answer, answering
from tests.launch.test_spec import ARN, CLUSTER, Session

TASK, MINE, OTHER = (
    f"{ARN}:task/prod/1",
    f"{ARN}:task-definition/run-probe:7",
    f"{ARN}:task-definition/run-probe-x:1",
)
CLUSTERS = Answer("list_clusters", {}, {"clusterArns": [CLUSTER]})
DEFINITIONS = Answer(
    "list_task_definitions", {"familyPrefix": "run-probe"}, {"taskDefinitionArns": [MINE, OTHER]}
)
STOP = {"task": TASK, "reason": "run-probe cleanup"}


def tasks(cluster: str) -> Answer:
    return Answer("list_tasks", {"cluster": cluster, "family": "run-probe"}, {"taskArns": [TASK]})


@pytest.mark.parametrize(
    ("cluster", "dry_run", "answers"),
    [
        (
            None,
            False,
            [
                CLUSTERS,
                tasks(CLUSTER),
                Answer("stop_task", {"cluster": CLUSTER, **STOP}),
                DEFINITIONS,
                Answer("deregister_task_definition", {"taskDefinition": MINE}),
            ],
        ),
        (None, True, [CLUSTERS, tasks(CLUSTER), DEFINITIONS]),
        (
            "prod",
            False,
            [
                tasks("prod"),
                Answer("stop_task", {"cluster": "prod", **STOP}),
                DEFINITIONS,
                Answer("deregister_task_definition", {"taskDefinition": MINE}),
            ],
        ),
    ],
    ids=["everywhere", "dry-run", "one-cluster"],
)
def test_tasks_are_stopped_and_definitions_deregistered(
    cluster: str | None,
    dry_run: bool,  # noqa: FBT001  a table's column
    answers: list[Answer],
) -> None:
    """A family that only begins alike is somebody else's; a dry run asks and changes nothing."""
    with answering("ecs", answers) as ecs:
        told = list(leftovers.remove(Session(ecs), cluster=cluster, dry_run=dry_run))
    assert [f"task {TASK}", f"task definition {MINE}"] == told
