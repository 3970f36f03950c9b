"""What the operator wants: a subject to be like, and how to go about it."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from probe.model import Noun
from probe.plan import Proxies, Restraint


class Carrier(StrEnum):
    """What may be started: Fargate probes, functions, or the first with the second where it cannot tell."""

    AUTO = "auto"
    FARGATE = "fargate"
    FUNCTION = "function"


class Subject(Noun, kw_only=True):
    """What to probe like: a service, a task, or subnets of a VPC that has no service yet.

    ``task_definition`` is a family, an ARN or a file; ``starts_tasks`` whether a cluster is needed.
    """

    cluster: str
    service: str | None = None
    task: str | None = None
    subnets: tuple[str, ...] = ()
    security_groups: tuple[str, ...] = ()
    role: str | None = None
    task_definition: str | None = None
    assign_public_ip: bool = False
    starts_tasks: bool = True


class Wish(Noun, kw_only=True):
    """How to probe; ``timeout`` is the carrier's in seconds, and without ``launch`` none is started.

    ``restraint`` is what the probe must not call.  With ``create_function_role`` there is no
    ``function_role``: a run makes its own.  ``since`` asks for the changes of so long a time.
    ``proxies`` are the application's, for ``hosts``; ``None`` takes the task definition's.  What is
    ``blocked`` must not be reachable, and with ``private`` every needed service is to be reached privately.
    """

    image: str
    pull_role: str | None = None
    log_group: str | None = None
    services: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    private: bool = False
    proxies: Proxies | None = None
    timeout: float = 420.0
    launch: bool = True
    carrier: Carrier = Carrier.AUTO
    function_role: str | None = None
    restraint: Restraint = Restraint()
    create_function_role: bool = False
    since: timedelta | None = None
