"""What was measured: steps, how they failed, and how a probe ended."""

from __future__ import annotations

import msgspec

from probe.model.noun import Noun
from probe.model.words import Kind, Layer, Road, Status


class Failure(Noun, kw_only=True):
    """Operation, kind and raw words; and of an API's answer, what it said about itself.

    ``policy`` is the kind of policy that refused, in AWS's words and lower case (``identity-based``,
    ``vpc endpoint``, ``permissions boundary``); ``explicit`` whether it denies outright.
    """

    operation: str
    kind: Kind
    words: str
    code: str | None = None
    action: str | None = None
    resource: str | None = None
    policy: str | None = None
    explicit: bool = False
    request_id: str | None = None


class Observation(Noun, kw_only=True):
    """One step of one target.

    ``operation`` is ``resolve-udp``, ``resolve-tcp``, ``resolve-system``, ``connect``, ``handshake``,
    ``request`` or the call's.  ``address`` is the address it went to (a name server's for DNS).
    A skip or an error says ``because``; a fail has a ``failure``; ``facts`` are what was seen besides
    (``answers``, ``issuer``, ``status``, ``local_ports``, ``attempts`` where a call took several), never a
    secret.
    """

    target: str
    layer: Layer
    operation: str
    status: Status
    road: Road = Road.LOG
    started: float = 0.0
    took: float = 0.0
    address: str | None = None
    reference: str | None = None
    failure: Failure | None = None
    because: str | None = None
    facts: dict[str, str | int | float | tuple[str, ...]] = msgspec.field(default_factory=dict)


NOT_LAUNCHED = "not launched (--no-launch)"
"""How a Run ended that nobody started, because nobody was to."""


class Outcome(Noun, kw_only=True):
    """How one Run ended.  ``ended`` says it for people; ``exit_codes`` is by container.

    ``beside`` says what became of a function in the same subnet, where there was a reason for one.
    ``observations`` are of every road.  ``complete`` is whether the container's whole report came.
    An exit code of ``None`` is a container that never ran or died without one.
    """

    subnet: str
    az: str | None = None
    task: str | None = None
    ended: str
    beside: str | None = None
    complete: bool = False
    stop_code: str | None = None
    stop_reason: str | None = None
    exit_codes: dict[str, int | None] = msgspec.field(default_factory=dict)
    observations: tuple[Observation, ...] = ()
