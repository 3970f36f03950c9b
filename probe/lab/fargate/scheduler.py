"""The service scheduler: one task a service, started again after a pause, and the deployment circuit breaker.

A service of many tasks has one here: its tasks differ in nothing that a lab could show.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from probe.lab.api.errors import ApiError
from probe.lab.fargate import deployments, placement
from probe.lab.fargate.deployments import Service
from probe.lab.fargate.services import Book
from probe.lab.fargate.tasks import Order, Task

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

PAUSE = 30.0
"""Seconds between two attempts of a service that does not start: ECS's throttled restart, shortened."""


def keep(cloud: Cloud, book: Book, arn: str, launch: Callable[[Task], None]) -> None:
    """Follow one service as long as the lab lives: start what is wanted, stop what is not."""
    while True:
        service = _service(book, arn)
        if service.desired == 0 or service.current.rollout == "FAILED":
            book.ledger.wait(lambda: _service(book, arn) != service)  # noqa: B023
            continue
        task = _place(cloud, book, service, launch)
        if task is not None:
            _follow(book, service, task)
        current = service.current.id
        book.ledger.wait(lambda: _moved_on(book, arn, current), PAUSE)  # noqa: B023


def start(cloud: Cloud, book: Book, launch: Callable[[Task], None]) -> None:
    """A thread for every service that is known and not yet followed."""
    for service in book.all():
        if "FARGATE" not in str(service.settings.get("launchType") or service.settings):
            continue
        threading.Thread(target=keep, args=(cloud, book, service.arn, launch), daemon=True).start()


def settled(book: Book) -> bool:
    """Whether every service has either a running task or a failed one behind it."""
    return all(
        service.desired == 0 or service.current.rollout == "COMPLETED" or service.current.failed_tasks > 0
        for service in book.all()
    )


def _service(book: Book, arn: str) -> Service:
    found = book.get(arn)
    if found is None:
        raise LookupError(arn)
    return found


def _moved_on(book: Book, arn: str, deployment: str) -> bool:
    service = _service(book, arn)
    return service.current.id != deployment or service.desired == 0


def _place(cloud: Cloud, book: Book, service: Service, launch: Callable[[Task], None]) -> Task | None:
    """Start one task of the current deployment, or say in an event why that cannot be."""
    try:
        order: Order = placement.order_of(cloud, {**service.current.settings, "cluster": service.cluster_arn})
    except ApiError as error:
        why = error.message
        book.change(service.arn, lambda one: _failed(one, why))
        return None
    order = replace(
        order, service=service.name, group=f"service:{service.name}", started_by=service.current.id
    )
    task = book.ledger.open(order)
    book.change(service.arn, lambda one: one.saying(f"has started 1 tasks: (task {task.id})."))
    launch(task)
    return task


def _follow(book: Book, service: Service, task: Task) -> None:
    """Wait for a task's end, noting on the way that it runs; stop it when the service has moved on."""
    ledger, arn, current = book.ledger, service.arn, service.current.id

    def now() -> Task:
        return ledger.get(task.id) or task

    ledger.wait(lambda: now().status in ("RUNNING", "STOPPED") or _moved_on(book, arn, current))
    if now().status == "RUNNING":
        book.change(arn, lambda one: _completed(one, now()))
    ledger.wait(lambda: now().status == "STOPPED" or _moved_on(book, arn, current))
    if now().status != "STOPPED":
        ledger.order_stop(
            task.id, "ServiceSchedulerInitiated", f"Scaling activity initiated by (deployment {current})"
        )
        ledger.wait(lambda: now().status == "STOPPED")
    elif not _moved_on(book, arn, current):
        book.change(arn, lambda one: _failed(one, now().stopped_reason))


def _completed(service: Service, task: Task) -> Service:
    if service.current.rollout != "IN_PROGRESS":
        return service
    images = tuple(
        {"containerName": one.name, "image": one.image, "imageDigest": one.digest} for one in task.containers
    )
    done = service.with_current(
        rollout="COMPLETED",
        rollout_reason=f"ECS deployment {service.current.id} completed.",
        images=images,
        finished=time.time(),
    )
    return done.saying("has reached a steady state.")


def _failed(service: Service, reason: str) -> Service:
    """One more failed task.  A circuit breaker ends the deployment with the first here; ECS waits for three."""
    failed = service.with_current(failed_tasks=service.current.failed_tasks + 1)
    failed = failed.saying(f"was unable to place a task. Reason: {reason.removesuffix('.')}.")
    breaker = (service.settings.get("deploymentConfiguration") or {}).get("deploymentCircuitBreaker", {})
    if not breaker.get("enable") or failed.current.rollout != "IN_PROGRESS":
        return failed
    failed = failed.with_current(
        rollout="FAILED",
        rollout_reason="ECS deployment circuit breaker: tasks failed to start.",
        finished=time.time(),
    ).saying(f"(deployment {service.current.id}) deployment failed: tasks failed to start.")
    earlier = next((one for one in service.deployments[1:] if one.rollout != "FAILED"), None)
    if not breaker.get("rollback") or earlier is None:
        return failed
    rolled = deployments.deploy(failed, earlier.settings, undoes=service.current.id)
    return rolled.saying(f"rolling back to deployment {earlier.id}.")
