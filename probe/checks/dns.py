"""Resolve a name three ways: each name server over UDP, each over TCP, and the system resolver.

The first two say which server and which transport is at fault; the third is what the agent itself uses,
and alone decides the layer.  IPv4 is judged; AAAA answers are recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype

from probe import crew, failures
from probe.failures import UnusableAnswerError
from probe.model import Kind, Layer, Observation, Target
from probe.vantage import Facts, Step, Vantage, is_address, observe

Server = tuple[str, int]
Send = Callable[[dns.message.Message, Server, float], dns.message.Message]

FIRST_TRY = 0.25
"""The share of the time after which a UDP question is sent again: one lost packet is no finding."""


def check(target: Target, _: tuple[Observation, ...], vantage: Vantage) -> Iterator[Observation]:
    """Through the system resolver, which can neither be bounded nor stopped, only left behind."""

    def act(facts: Facts) -> None:
        job = partial(_look_up, target, vantage)
        found = crew.within(vantage.patience(target), job)
        _record(facts, found)
        if not facts["answers"]:
            raise UnusableAnswerError(Kind.NO_DATA, f"{target.host} has no IPv4 address")

    yield observe(vantage, Step(target, Layer.DNS, "resolve-system"), act)


def ask_directly(target: Target, _: tuple[Observation, ...], vantage: Vantage) -> Iterator[Observation]:
    """Every name server over UDP and over TCP, all at once."""
    ways: tuple[tuple[str, Send], ...] = (("resolve-udp", over_udp), ("resolve-tcp", over_tcp))
    jobs = [
        partial(_ask, target, vantage, operation, send, server)
        for server in vantage.servers
        for operation, send in ways
    ]
    yield from crew.at_once(jobs)


def over_udp(question: dns.message.Message, server: Server, timeout: float) -> dns.message.Message:
    """One question over UDP, sent twice; a truncated answer is an answer."""
    address, port = server
    send = partial(dns.query.udp, question, address, port=port, ignore_unexpected=True)
    with suppress(dns.exception.Timeout):
        return send(timeout=timeout * FIRST_TRY)
    return send(timeout=timeout * (1 - FIRST_TRY))


def over_tcp(question: dns.message.Message, server: Server, timeout: float) -> dns.message.Message:
    """One question over TCP, on a connection of its own."""
    return dns.query.tcp(question, server[0], port=server[1], timeout=timeout)


def _look_up(target: Target, vantage: Vantage) -> list[str]:
    return [target.host] if is_address(target.host) else vantage.look_up(target.host, target.port)


def _ask(target: Target, vantage: Vantage, operation: str, send: Send, server: Server) -> Observation:
    def act(facts: Facts) -> None:
        facts["server"] = server[0]
        answer = send(_question(target.host, "A"), server, vantage.patience(target))
        facts["rcode"] = dns.rcode.to_text(answer.rcode())
        if answer.flags & dns.flags.TC:
            facts["truncated"] = 1
        _record(facts, [*_addresses(answer), *_sixes(target.host, send, server, vantage.patience(target))])
        _judge(target.host, facts)

    step = Step(target, Layer.DNS, operation, address=server[0])
    return observe(vantage, step, act, errors=(dns.exception.DNSException, EOFError))


def _judge(host: str, facts: Facts) -> None:
    """A truncated answer without addresses is an answer still: the resolver comes back over TCP."""
    rcode = str(facts["rcode"])
    if rcode != "NOERROR":
        words = f"{facts['server']} answered {rcode} for {host}"
        raise UnusableAnswerError(failures.of_rcode(rcode), words, code=rcode)
    if not facts["answers"] and "truncated" not in facts:
        raise UnusableAnswerError(
            Kind.NO_DATA, f"{facts['server']} has no IPv4 address for {host}", code=rcode
        )


def _sixes(host: str, send: Send, server: Server, timeout: float) -> list[str]:
    """AAAA answers, for the record: that they cannot be had is no failure."""
    with suppress(OSError, EOFError, dns.exception.DNSException):
        return _addresses(send(_question(host, "AAAA"), server, timeout))
    return []


def _question(host: str, kind: str) -> dns.message.Message:
    return dns.message.make_query(f"{host.rstrip('.')}.", kind)


def _addresses(answer: dns.message.Message) -> list[str]:
    wanted = {dns.rdatatype.A, dns.rdatatype.AAAA}
    return [record.address for records in answer.answer if records.rdtype in wanted for record in records]


def _record(facts: Facts, found: list[str]) -> None:
    facts["answers"] = tuple(address for address in found if ":" not in address)
    sixes = tuple(address for address in found if ":" in address)
    if sixes:
        facts["aaaa"] = sixes
