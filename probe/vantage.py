"""Where it is measured from, and how one step becomes an observation.

A check or a call says what to do and which exceptions are the network's answers; timing, catching and
writing down happen here, once.  Any other exception is the tool's fault and goes on to ``measure``.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from probe import failures
from probe.model import Layer, Observation, Status, Target, Work

Facts = dict[str, str | int | float | tuple[str, ...]]
LookUp = Callable[[str, int], list[str]]

NETWORK: tuple[type[Exception], ...] = (OSError, UnicodeError, failures.UnusableAnswerError)
"""How the operating system says that a step failed; checks add their library's own."""


@dataclass(frozen=True, slots=True)
class Vantage:
    """What every check and call is given.  Tests give other servers, trust and clients.

    ``servers`` are the name servers (address, port); ``look_up`` is the system resolver, host and port to
    addresses; ``trust`` makes the one TLS context; ``client`` makes a boto3 client for a service in a
    region; ``tokens`` hands a region's ECR token from the call that gets it to the pulls that need it, or
    an empty text where that target came to its end without one.
    """

    work: Work
    servers: tuple[tuple[str, int], ...]
    look_up: LookUp
    trust: Callable[[], ssl.SSLContext]
    client: Callable[[str, str], Any]
    tokens: Mapping[str, Future[str]] = field(default_factory=dict)
    origin: float = field(default_factory=time.monotonic)

    def elapsed(self) -> float:
        """Seconds since the start of the run."""
        return time.monotonic() - self.origin

    def give_token(self, region: str, token: str) -> None:
        """Hand a token to the region's pulls; only the first that is given counts."""
        with suppress(InvalidStateError):
            if region in self.tokens:
                self.tokens[region].set_result(token)

    @property
    def timeout(self) -> float:
        """Seconds that one step of what is needed may take."""
        return self.work.connect_timeout

    def patience(self, target: Target) -> float:
        """Seconds that one step of this target may take."""
        return self.timeout if target.needed else min(self.timeout, self.work.unneeded_timeout)


class Step(NamedTuple):
    """What an observation is about."""

    target: Target
    layer: Layer
    operation: str
    address: str | None = None
    reference: str | None = None


Check = Callable[[Target, tuple[Observation, ...], Vantage], Iterator[Observation]]
"""A layer: the target, what passed in the layer beneath it, and the vantage."""


def observe(
    vantage: Vantage,
    step: Step,
    act: Callable[[Facts], None],
    *,
    errors: tuple[type[Exception], ...] = (),
) -> Observation:
    """Do one step and write down what it came to; ``act`` puts what it sees into the facts as it goes."""
    facts: Facts = {}
    started, failure = vantage.elapsed(), None
    try:
        act(facts)
    except (*NETWORK, *errors) as error:
        failure = failures.classify(step.operation, error)
    return Observation(
        target=step.target.name,
        layer=step.layer,
        operation=step.operation,
        status=Status.PASS if failure is None else Status.FAIL,
        started=round(started, 4),
        took=round(vantage.elapsed() - started, 4),
        address=step.address,
        reference=step.reference,
        failure=failure,
        facts=facts,
    )


def skip(step: Step, because: str) -> Observation:
    """A step that was not taken, and why."""
    return _untaken(step, Status.SKIP, because)


def error(step: Step, because: str) -> Observation:
    """A step that the tool itself failed to take."""
    return _untaken(step, Status.ERROR, because)


def system_look_up(host: str, port: int, ask: Callable[..., Any] = socket.getaddrinfo) -> list[str]:
    """The system resolver's addresses of a name, absolute so that no search domain is tried."""
    name = host if host.endswith(".") else f"{host}."
    found = ask(name, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def name_servers(text: str) -> tuple[tuple[str, int], ...]:
    """The name servers of a resolv.conf; without one the resolver asks this machine, as libc does."""
    lines = [line.split() for line in text.splitlines()]
    found = tuple((words[1], 53) for words in lines if len(words) > 1 and words[0] == "nameserver")
    return found or (("127.0.0.1", 53),)


def is_address(host: str) -> bool:
    """Whether a host is written as an address, so that nothing is there to resolve."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _untaken(step: Step, status: Status, because: str) -> Observation:
    return Observation(
        target=step.target.name,
        layer=step.layer,
        operation=step.operation,
        status=status,
        address=step.address,
        reference=step.reference,
        because=because,
    )
