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
from probe.lab.fargate import deployments, pins, placement
from probe.lab.fargate.deployments import Service
from probe.lab.fargate.services import Book
from probe.lab.fargate.tasks import Order, Task

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

_DECIDED = ("RUNNING", "STOPPED")

PAUSE = 30.0
"""Seconds between two attempts of a service that does not start: ECS's throttled restart, shortened."""


def keep(cloud: Cloud, book: Book, first: Service, launch: Callable[[Task], None]) -> None:
    """Follow one service until it is deleted: start what is wanted, stop what is not."""
    arn, serving = first.arn, None
    while True:
        service = _service(book, arn)
        wanted = service.desired if service.origin == first.origin else 0
        if wanted and service.current.rollout != "FAILED":
            serving = _attempt(cloud, book, service, launch, serving)
            current = service.current.id
            book.ledger.wait(lambda: _moved_on(book, arn, current), PAUSE)  # noqa: B023
            continue
        if serving and not wanted:
            _stop(book, service, serving)
            serving = None
        if not service.active or service.origin != first.origin:
            return
        if not wanted:
            book.change(arn, _emptied)
        book.ledger.wait(lambda: _service(book, arn) != service)  # noqa: B023


def follow(cloud: Cloud, book: Book, service: Service, launch: Callable[[Task], None]) -> None:
    """Give a service a thread of its own, if Fargate runs its tasks."""
    if _on_fargate(service):
        threading.Thread(target=keep, args=(cloud, book, service, launch), daemon=True).start()


def settled(book: Book) -> bool:
    """Whether every service has either a running task or a failed one behind it."""
    return all(
        service.desired == 0 or service.current.rollout == "COMPLETED" or service.current.failed_tasks > 0
        for service in filter(_on_fargate, book.all())
    )


def _on_fargate(service: Service) -> bool:
    """Whether a service's tasks are Fargate's: by launch type, by provider, or by its cluster's default."""
    settings = service.settings
    providers = {one["capacityProvider"] for one in settings.get("capacityProviderStrategy") or ()}
    if "taskDefinition" not in settings or settings.get("launchType") not in (None, "FARGATE"):
        return False
    return not providers or bool(providers & placement.FARGATE_PROVIDERS)


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
    settings = {**service.current.settings, "cluster": service.cluster_arn}
    definition = placement.described(cloud, settings["taskDefinition"])
    if settings.get("propagateTags") != "SERVICE":
        settings.pop("tags", None)
    try:
        order: Order = placement.order_of(cloud, settings, definition)
    except ApiError as error:
        why = error.message
        book.change(service.arn, lambda one: _failed(one, why))
        return None
    pinned = service.current.images or pins.written(order.definition)
    order = replace(
        order,
        definition=pins.applied(order.definition, pinned),
        service=service.name,
        group=f"service:{service.name}",
        started_by=service.current.id,
    )
    task = book.ledger.open(order)
    started = f"has started 1 tasks: (task {task.id})."
    book.change(service.arn, lambda one: one.with_current(images=pinned).saying(started))
    launch(task)
    return task


def _attempt(
    cloud: Cloud, book: Book, service: Service, launch: Callable[[Task], None], serving: Task | None
) -> Task | None:
    """Try one task of the current deployment; what served goes on until it runs.  Answers what serves."""
    task = _place(cloud, book, service, launch)
    if task is None or not _comes_up(book, service, task):
        return serving
    if serving:
        _stop(book, service, serving)
    _stays_up(book, service, task)
    return task


def _comes_up(book: Book, service: Service, task: Task) -> bool:
    """Whether a task gets to RUNNING; one that the service has moved on from is stopped."""
    arn, current = service.arn, service.current.id
    book.ledger.wait(lambda: book.ledger.task(task.id).status in _DECIDED or _moved_on(book, arn, current))
    now = book.ledger.task(task.id)
    if now.status == "RUNNING":
        book.change(arn, lambda one: _completed(one, now))
        return True
    if _moved_on(book, arn, current):
        _stop(book, service, task)
    else:
        book.change(arn, lambda one: _failed(one, "" if "startedAt" in now.times else now.stopped_reason))
    return False


def _stays_up(book: Book, service: Service, task: Task) -> None:
    arn, current = service.arn, service.current.id
    book.ledger.wait(lambda: book.ledger.task(task.id).status == "STOPPED" or _moved_on(book, arn, current))
    if not _moved_on(book, arn, current):
        book.change(arn, lambda one: _failed(one, ""))


def _stop(book: Book, service: Service, task: Task) -> None:
    why = f"Scaling activity initiated by (deployment {service.current.id})"
    book.ledger.order_stop(task.id, "ServiceSchedulerInitiated", why)


def _completed(service: Service, task: Task) -> Service:
    if service.current.rollout != "IN_PROGRESS":
        return service
    images = pins.found(service.current.images, {one.name: one.digest for one in task.containers})
    return _steady(service.with_current(images=images))


def _emptied(service: Service) -> Service:
    """A service that wants no task is as steady as one that has them."""
    return _steady(service) if service.current.rollout == "IN_PROGRESS" else service


def _steady(service: Service) -> Service:
    current = service.current.id
    done = service.with_current(
        rollout="COMPLETED", rollout_reason=f"ECS deployment {current} completed.", finished=time.time()
    )
    return done.saying(f"(deployment {current}) deployment completed.").saying("has reached a steady state.")


def _failed(service: Service, reason: str) -> Service:
    """One more failed task; ``reason`` is why it could not be placed, "" for one that ran and ended."""
    failed = service.with_current(failed_tasks=service.current.failed_tasks + 1)
    if reason:
        failed = failed.saying(f"was unable to place a task. Reason: {reason.removesuffix('.')}.")
    breaker = (service.settings.get("deploymentConfiguration") or {}).get("deploymentCircuitBreaker") or {}
    enabled = breaker.get("enable") and failed.current.rollout == "IN_PROGRESS"
    return _broken(service, failed, rollback=bool(breaker.get("rollback"))) if enabled else failed


def _broken(service: Service, failed: Service, *, rollback: bool) -> Service:
    """End a deployment with its first failure: ECS's circuit breaker waits for three, the lab does not."""
    failed = failed.with_current(
        rollout="FAILED",
        rollout_reason="ECS deployment circuit breaker: tasks failed to start.",
        finished=time.time(),
    ).saying(f"(deployment {service.current.id}) deployment failed: tasks failed to start.")
    earlier = next((one for one in service.deployments[1:] if one.rollout == "COMPLETED"), None)
    if not rollback or earlier is None or service.current.undoes:
        return failed
    rolled = deployments.roll_back(failed, earlier)
    return rolled.saying(f"rolling back to deployment {earlier.id}.")
