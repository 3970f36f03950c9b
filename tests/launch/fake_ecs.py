"""An ECS that runs the probe's tasks from a script, and remembers what was asked and what is left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

CODES = {"probe": 0, "ecr-api": 0, "verdict": 0}


def denied(operation: str, action: str, resource: str) -> ClientError:
    """IAM's refusal, in its own words."""
    user = "arn:aws:iam::123456789012:user/ops"
    words = f"User: {user} is not authorized to perform: {action} on resource: {resource}"
    return ClientError({"Error": {"Code": "AccessDeniedException", "Message": words}}, operation)


class Ecs:
    """``script`` gives a subnet's task as DescribeTasks shows it, poll by poll; the last stays.

    ``errors`` are raised by the operation of that name; ``failures`` are RunTask's own, by subnet.
    """

    def __init__(
        self,
        script: Mapping[str, list[dict[str, Any]]],
        *,
        errors: Mapping[str, BaseException] | None = None,
        failures: Mapping[str, dict[str, str]] | None = None,
    ) -> None:
        self.script = {subnet: list(states) for subnet, states in script.items()}
        self.errors, self.failures = dict(errors or {}), dict(failures or {})
        self.definitions: set[str] = set()
        self.running: set[str] = set()
        self.batches: list[int] = []

    def client(self, _: str, **__: Any) -> Ecs:
        """This is its own session too."""
        return self

    def register_task_definition(self, **_: Any) -> dict[str, Any]:
        self._fail("register_task_definition")
        self.definitions.add("run-probe:1")
        return {"taskDefinition": {"taskDefinitionArn": "run-probe:1"}}

    def deregister_task_definition(self, *, taskDefinition: str) -> None:  # noqa: N803  boto3's spelling
        self._fail("deregister_task_definition")
        self.definitions.discard(taskDefinition)

    def delete_task_definitions(self, **_: Any) -> None:
        self._fail("delete_task_definitions")

    def run_task(self, **request: Any) -> dict[str, Any]:
        self._fail("run_task")
        (subnet,) = request["networkConfiguration"]["awsvpcConfiguration"]["subnets"]
        if subnet in self.failures:
            return {"tasks": [], "failures": [self.failures[subnet]]}
        self.running.add(subnet)
        return {"tasks": [{"taskArn": subnet}], "failures": []}

    def describe_tasks(self, *, tasks: list[str], **_: Any) -> dict[str, Any]:
        self._fail("describe_tasks")
        self.batches.append(len(tasks))
        return {"tasks": [{"taskArn": task, **state} for task in tasks if (state := self._next(task))]}

    def stop_task(self, *, task: str, **_: Any) -> None:
        self._fail("stop_task")
        self.running.discard(task)

    def _next(self, task: str) -> dict[str, Any]:
        states = self.script[task]
        return states.pop(0) if len(states) > 1 else states[0]

    def _fail(self, operation: str) -> None:
        if operation in self.errors:
            raise self.errors[operation]


def state(status: str, codes: Mapping[str, int | None] | None = None, **parts: Any) -> dict[str, Any]:
    """A task as DescribeTasks shows it."""
    names = codes if codes is not None else dict.fromkeys(CODES)
    containers = [
        {"name": name, **({} if code is None else {"exitCode": code})} for name, code in names.items()
    ]
    return {"lastStatus": status, "containers": containers, **parts}
