"""What is to be measured, and the requests that have it measured."""

from __future__ import annotations

from typing import Any

import msgspec

from probe.model.noun import Noun
from probe.model.words import Layer

SUBNET = "{subnet}"
"""Stands for ``PROBE_SUBNET``, which the container puts there, in a Work that several subnets share."""


class Call(Noun, kw_only=True):
    """One signed call as the ECS agent makes it.

    ``operation`` is IAM's name of the action (``secretsmanager:GetSecretValue``), or ``registry:Pull``
    for the manifest, its platform, the config blob and one byte of the smallest layer.
    ``reference`` is the ARN, name or image it is about; ``arguments`` what it takes besides.
    ``withheld`` is why it is not made although the agent would make it: a flag of the operator's.
    """

    operation: str
    reference: str = ""
    arguments: dict[str, str] = msgspec.field(default_factory=dict)
    needed: bool = True
    withheld: str | None = None


class Target(Noun, kw_only=True):
    """One host and port, its layers, and the calls that go there.

    ``name`` is unique in a plan: the endpoint's suffix (``ecr.api``), with ``@REGION`` for another
    region, or ``HOST:PORT``.  ``service`` is the suffix alone, ``host`` for what is not AWS.
    ``wanted`` is that the service uses it, and a start goes without: what fails there is a warning.
    ``group`` is the reporter whose exit code carries it.  ``because`` says what needs it, for people.
    ``optional`` are layers that the far end may not have.  ``blocked`` is an assertion: it must not be
    reachable.  ``tunnel`` is the ``HOST:PORT`` that the proxy at ``host`` and ``port`` is asked for.
    """

    name: str
    service: str
    host: str
    port: int = 443
    region: str
    needed: bool
    because: str
    group: str
    layers: tuple[Layer, ...] = (Layer.DNS, Layer.TCP, Layer.TLS, Layer.HTTP)
    calls: tuple[Call, ...] = ()
    optional: tuple[Layer, ...] = ()
    blocked: bool = False
    tunnel: str = ""
    wanted: bool = False


class LogSink(Noun, kw_only=True):
    """Where the container writes its own lines: a group and a stream in the service's own namespace."""

    group: str
    stream: str
    region: str


class Work(Noun, kw_only=True):
    """What one probe container does; travels as JSON in ``PROBE_PLAN``.

    ``connect_timeout`` bounds one step, and ``unneeded_timeout`` one of a target that nothing needs: a
    working path answers within it, and no verdict waits for a broken one.  ``deadline`` bounds the whole
    run, delivery included.
    ``platform`` is ``os/architecture`` in an image index's words (``linux/amd64``).
    """

    run: str
    subnet: str
    region: str
    targets: tuple[Target, ...]
    platform: str = "linux/amd64"
    connect_timeout: float = 8.0
    unneeded_timeout: float = 3.0
    deadline: float = 60.0
    logs: LogSink | None = None


class Run(Noun, kw_only=True):
    """One probe task in one subnet: its work and the exact ``RunTask`` request."""

    subnet: str
    work: Work
    request: dict[str, Any]


class Plan(Noun, kw_only=True):
    """Everything that will be asked of AWS, printable before anything starts.

    ``definition`` is the exact ``RegisterTaskDefinition`` request.
    """

    run: str
    definition: dict[str, Any]
    runs: tuple[Run, ...]
