"""The lab's Fargate: ECS's calls about tasks and services, and the tasks' whole lives on this machine.

moto keeps clusters and task definitions; everything that moves is here.  ``actions`` and ``services``
answer calls, ``course`` takes a task through its life, ``agent`` does what precedes the containers,
``crew`` runs them on a ``runtime``.
"""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from probe.lab.fargate import actions, course, pins, scheduler, services
from probe.lab.fargate.deployments import Service
from probe.lab.fargate.ledger import Ledger
from probe.lab.fargate.runtime import Processes, Runtime
from probe.lab.fargate.tasks import Task

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud


class Fargate:
    """ECS on Fargate for one cloud.

    ``ca`` is the file of the lab's certificate authority, ``workdir`` a directory for the tasks' files.
    ``runtime`` runs the containers; processes of this machine unless told otherwise.
    Tasks wait until ``start_services`` says that the world holds.
    """

    def __init__(
        self, cloud: Cloud, *, ca: Path, workdir: Path, verbose: bool = False, runtime: Runtime | None = None
    ) -> None:
        self._cloud = cloud
        self._ledger = Ledger()
        self._book = services.Book(self._ledger)
        self._open = threading.Event()
        self._yard = course.Yard(
            cloud=cloud,
            ledger=self._ledger,
            runtime=runtime or Processes(),
            authorities=ca,
            workdir=workdir,
            verbose=verbose,
        )

    def __enter__(self) -> Self:
        self._cloud.handlers.update(actions.handlers(self._cloud, self._ledger, self._launch))
        self._cloud.handlers.update(services.handlers(self._cloud, self._book, self._follow))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._yard.runtime.kill_all()

    def start_services(self) -> None:
        """Say that the world holds: services start their tasks, and RunTask's go on.  Returns at once."""
        self._open.set()
        for service in self._book.all():
            self._follow(self._book.change(service.arn, partial(pins.kept, self._cloud)))

    def settle(self, timeout: float) -> bool:
        """Wait until every service has a running task or a failed one, at most ``timeout`` seconds."""
        return self._ledger.wait(lambda: scheduler.settled(self._book), timeout)

    def _follow(self, service: Service) -> None:
        """Begin with a service, once there is a world for its tasks."""
        if self._open.is_set():
            scheduler.follow(self._cloud, self._book, service, self._launch)

    def _launch(self, task: Task) -> None:
        threading.Thread(target=self._live, args=(task.id,), name=f"task {task.id[:8]}", daemon=True).start()

    def _live(self, task_id: str) -> None:
        self._open.wait()
        course.run(self._yard, task_id)
