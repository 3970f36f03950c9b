"""The one mutable thing of the lab's ECS: which tasks there are, and what became of them."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from probe.lab.fargate.tasks import ORDER, Container, Order, Task


class Ledger:
    """Tasks by id.  Thread safe; a task is replaced, never changed in place."""

    def __init__(self) -> None:
        self._tasks: dict[str, Task] = {}
        self._changed = threading.Condition()

    def open(self, order: Order) -> Task:
        """Enter a new task, PROVISIONING."""
        task_id = uuid.uuid4().hex
        prefix, cluster = order.cluster_arn.rsplit(":cluster/", 1)
        task = Task(
            id=task_id,
            arn=f"{prefix}:task/{cluster}/{task_id}",
            order=order,
            containers=tuple(
                Container(
                    name=one["name"],
                    arn=f"{prefix}:container/{cluster}/{task_id}/{uuid.uuid4()}",
                    image=one["image"],
                    cpu=one.get("cpu") or 0,
                    memory=one.get("memory"),
                )
                for one in order.definition["containerDefinitions"]
            ),
            times={"createdAt": time.time()},
        )
        with self._changed:
            self._tasks[task_id] = task
        return task

    def get(self, name: str) -> Task | None:
        """The task as it is now, by id or ARN."""
        return self._tasks.get(name.rsplit("/", 1)[-1])

    def task(self, task_id: str) -> Task:
        """The task as it is now, of which there must be one."""
        return self._tasks[task_id]

    def all(self) -> list[Task]:
        """Every task, oldest first."""
        with self._changed:
            return list(self._tasks.values())

    def advance(self, task_id: str, status: str = "", *stamps: str, **fields: Any) -> Task:
        """Move a task on to a status, stamp times with now, and replace fields.  A task never moves back."""
        with self._changed:
            task = self._tasks[task_id]
            times = {**task.times, **dict.fromkeys(stamps, time.time())}
            later = status if status and ORDER.index(status) > ORDER.index(task.status) else task.status
            new = replace(task, status=later, times=times, version=task.version + 1, **fields)
            self._tasks[task_id] = new
            self._changed.notify_all()
            return new

    def set_container(self, task_id: str, name: str, **fields: Any) -> None:
        """Replace fields of one container."""
        with self._changed:
            task = self._tasks[task_id]
            containers = tuple(replace(one, **fields) if one.name == name else one for one in task.containers)
            self._tasks[task_id] = replace(task, containers=containers, version=task.version + 1)
            self._changed.notify_all()

    def order_stop(self, task_id: str, code: str, reason: str) -> Task:
        """Want a task stopped.  The first cause stays: what happens while it stops is no cause."""
        with self._changed:
            task = self._tasks[task_id]
            if task.desired != "STOPPED":
                task = replace(task, desired="STOPPED", stop_code=code, stopped_reason=reason[:1024])
                self._tasks[task_id] = task
                self._changed.notify_all()
            return task

    def wait(self, condition: Callable[[], bool], timeout: float | None = None) -> bool:
        """Wait until a condition over the tasks holds; it is asked again at every change."""
        with self._changed:
            return self._changed.wait_for(condition, timeout)

    def poke(self) -> None:
        """Have every waiter ask its condition again, for what changed outside of the tasks."""
        with self._changed:
            self._changed.notify_all()
