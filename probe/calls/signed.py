"""An unmodified boto3 client, and what its answers become.

Names are resolved, endpoints chosen and credentials found by boto3 itself: what is proven here is what
the agent's own SDK would meet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial
from threading import Lock, local
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from probe import crew
from probe.model import Call, Layer, Observation, Target
from probe.references import MalformedReferenceError
from probe.vantage import Facts, Step, Vantage, observe

ATTEMPTS = 3
"""The agent's: SDK standard mode, the first try included."""

ERRORS: tuple[type[Exception], ...] = (
    BotoCoreError,
    ClientError,
    ResponseParserError,
    MalformedReferenceError,
)
Act = Callable[[Any, Call, Facts], None]

_making = Lock()
_asked = local()
"""How often the API call that a thread is making was sent."""


def client(service: str, region: str, timeout: float) -> Any:
    """The one client of a service in a region; made under a lock, for a boto3 session is not thread-safe."""
    with _making:
        return _client(service, region, timeout)


def each(
    calls: tuple[Call, ...], target: Target, vantage: Vantage, service: str, act: Act
) -> Iterator[Observation]:
    """Make every call at once, one observation each."""
    yield from crew.at_once([partial(one, call, target, vantage, service, act) for call in calls])


def one(call: Call, target: Target, vantage: Vantage, service: str, act: Act) -> Observation:
    """Make one call; that no client can be had is what the call came to."""
    made = prepared(vantage, service, target.region)
    asked = counted(lambda facts: act(made.open(), call, facts))
    return observe(vantage, step(call, target), asked, errors=ERRORS)


def counted(act: Callable[[Facts], None]) -> Callable[[Facts], None]:
    """The same, with the fact ``attempts`` where the last API call was sent more than once."""

    def counting(facts: Facts) -> None:
        _asked.times = 0
        try:
            act(facts)
        finally:
            facts.update({"attempts": _asked.times} if _asked.times > 1 else {})

    return counting


def prepared(vantage: Vantage, service: str, region: str) -> crew.Parcel[Any]:
    """The client, or what came instead, before the call's clock runs: making it is our time, not AWS's."""
    with crew.Parcel[Any]() as made:
        made.answer = vantage.client(service, region)
    return made


def step(call: Call, target: Target) -> Step:
    """What an observation of a call is about."""
    return Step(target, Layer.CALL, call.operation, reference=call.reference or None)


@cache
def _client(service: str, region: str, timeout: float) -> Any:
    config = Config(
        connect_timeout=timeout,
        read_timeout=timeout,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        max_pool_connections=64,
        s3={"us_east_1_regional_endpoint": "regional"},
    )
    made = _session().client(service, region_name=region, config=config)
    made.meta.events.register("before-call", _begin)
    made.meta.events.register("before-send", _send)
    return made


def _begin(**_: object) -> None:
    _asked.times = 0


def _send(**_: object) -> None:
    _asked.times = getattr(_asked, "times", 0) + 1


@cache
def _session() -> Any:
    return boto3.session.Session()
