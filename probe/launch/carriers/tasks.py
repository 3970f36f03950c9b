"""The probe's tasks and their definition: made for a while, noted at once, and taken away again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from probe.launch.refusals import FAILURES, asking, in_one_line, words_of
from probe.launch.refused import RefusedError
from probe.launch.telling import Tell
from probe.launch.uncut import uncut
from probe.model import Outcome, Plan, Run

Tasks = dict[str, str]
"""Subnet to the ARN of its probe's task."""

_AT_ONCE = 8
_OF_THE_SERVICE = re.compile(r"\bassume\b|capacity provider")

_NO_ROLE = "the service has no execution role, and nothing of ECR's is pulled without one"
_WHOSE_PULL = "name a role for the probe's own image with --pull-role, or a public image with --probe-image"


@contextmanager
def registered(ecs: Any, plan: Plan, tell: Tell) -> Iterator[str]:
    """The plan's task definition, for as long as the block lasts; its ARN."""
    made: list[str] = []
    try:
        uncut(lambda: made.append(_register(ecs, plan)))
        yield made[0]
    finally:
        for arn in made:
            uncut(partial(_deregister, ecs, arn, tell))


def _register(ecs: Any, plan: Plan) -> str:
    what = "cannot register the probe's task definition"
    with asking(what, "ecs:RegisterTaskDefinition"):
        try:
            answer = ecs.register_task_definition(**plan.definition)
        except ClientError as error:
            if "execution role" not in words_of(error):
                raise
            raise RefusedError(what, _NO_ROLE, _WHOSE_PULL) from error
    return str(answer["taskDefinition"]["taskDefinitionArn"])


def _deregister(ecs: Any, arn: str, tell: Tell) -> None:
    with _leaving(f"task definition {arn}", tell):
        ecs.deregister_task_definition(taskDefinition=arn)
        ecs.delete_task_definitions(taskDefinitions=[arn])


@contextmanager
def started(ecs: Any, plan: Plan, definition: str, tell: Tell) -> Iterator[tuple[Tasks, tuple[Outcome, ...]]]:
    """A task in each subnet, and the outcome where ECS refused one; stopped when the block ends."""
    cluster = str(plan.runs[0].request["cluster"])
    tasks: Tasks = {}
    try:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            answers = list(pool.map(lambda run: _start(ecs, run, definition, tasks), plan.runs))
        yield tasks, tuple(answer for answer in answers if answer is not None)
    finally:
        uncut(lambda: _stop_all(ecs, cluster, tasks, tell))


def _start(ecs: Any, run: Run, definition: str, tasks: Tasks) -> Outcome | None:
    """Start one task and note it; the outcome where there is none."""
    what = f"cannot start the probe in {run.subnet}"
    try:
        with asking(what, "ecs:RunTask", definition):
            answer = ecs.run_task(**run.request | {"taskDefinition": definition})
    except RefusedError as error:
        return not_started(run.subnet, error)
    if answer.get("tasks"):
        tasks[run.subnet] = str(answer["tasks"][0]["taskArn"])
        return None
    failure: Mapping[str, str] = next(iter(answer.get("failures", [])), {})
    words = " ".join(filter(None, [failure.get("reason"), failure.get("detail")]))
    return Outcome(
        subnet=run.subnet, ended=f"{what}: {words or 'ECS gave no reason'}", stop_reason=words or None
    )


def not_started(subnet: str, error: RefusedError) -> Outcome:
    """A refusal that concerns the operator's rights, or the request, as an outcome: nothing was measured.

    What it says of the role, or of where tasks are placed, holds for the service too.
    """
    cause = error.__cause__
    telling = isinstance(cause, ClientError) and _OF_THE_SERVICE.search(str(cause))
    words = str(cause) if telling else None
    return Outcome(subnet=subnet, ended=f"{error}; {error.advice}", stop_reason=words)


def _stop_all(ecs: Any, cluster: str, tasks: Tasks, tell: Tell) -> None:
    for task in tasks.values():
        with _leaving(f"task {task}", tell):
            ecs.stop_task(cluster=cluster, task=task, reason="run-probe has what it came for")


@contextmanager
def _leaving(what: str, tell: Tell) -> Iterator[None]:
    """Take something away; what cannot be is told and does not hide what was measured."""
    try:
        yield
    except FAILURES as error:
        tell(f"could not remove {what}: {in_one_line(error)}; run-probe cleanup finishes it")
