"""The TLS handshake as a step of its own, on one address that could be connected, verified for the name.

HTTP libraries fold a stalled handshake, a reset one and a bad certificate into "cannot connect".
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from threading import Lock
from typing import Any

from msgspec.structs import replace

from probe.checks.tcp import dial
from probe.model import Failure, Kind, Layer, Observation, Status, Target
from probe.vantage import NETWORK, Facts, Step, Vantage, observe

_NO_CHECK_TIME = 0x200000
"""OpenSSL's X509_V_FLAG_NO_CHECK_TIME, which ``ssl`` does not name."""

_UNSPOKEN = frozenset({Kind.TIMEOUT, Kind.RESET, Kind.CLOSED, Kind.TLS_REJECTED})


def check(target: Target, below: tuple[Observation, ...], vantage: Vantage) -> Iterator[Observation]:
    """One handshake; an untrusted chain's issuer is asked for afterwards, only to be named."""
    address = next((one.address for one in below if one.address), target.host)

    def act(facts: Facts) -> None:
        _handshake(target, address, vantage, vantage.trust(), facts)

    seen = observe(vantage, Step(target, Layer.TLS, "handshake", address=address), act)
    if seen.failure is not None and seen.failure.kind is Kind.CERTIFICATE_UNTRUSTED:
        seen.facts.update(_untrusted(target, address, vantage))
    yield _lacking(seen, seen.failure) if seen.failure and Layer.TLS in target.optional else seen


def _lacking(seen: Observation, failure: Failure) -> Observation:
    """A handshake that nobody answered in TLS, which a database's port need not speak; others stay.

    An alert is an answer in TLS, and so is a certificate.
    """
    if failure.kind not in _UNSPOKEN or "ALERT" in failure.words:
        return seen
    because = f"it does not speak TLS ({failure.kind.value})"
    return replace(seen, status=Status.SKIP, because=because)


def default_trust() -> ssl.SSLContext:
    """The system's trust store, or ``SSL_CERT_FILE``'s: the one context of checks and pulls."""
    with _reading:
        return _default()


_reading = Lock()


@cache
def _default() -> ssl.SSLContext:
    return ssl.create_default_context()


def _handshake(
    target: Target, address: str, vantage: Vantage, context: ssl.SSLContext, facts: Facts
) -> bytes | None:
    """The peer's certificate (DER); what it says goes into the facts where the context verifies."""
    timeout = vantage.patience(target)
    if Layer.TLS in target.optional:
        timeout = min(timeout, vantage.work.unneeded_timeout)
    named = target.tunnel.rpartition(":")[0].strip("[]") or target.host
    with (
        dial(target, address, timeout) as plain,
        context.wrap_socket(plain, server_hostname=named) as secure,
    ):
        facts["version"] = secure.version() or ""
        certificate: Mapping[str, Any] = secure.getpeercert() or {}
        if certificate:
            facts["issuer"] = _named(certificate["issuer"])
            facts["expires"] = str(certificate["notAfter"])
        return secure.getpeercert(binary_form=True)


def _untrusted(target: Target, address: str, vantage: Vantage) -> Facts:
    """The issuer of a chain that nobody here trusts; empty where the server does not show it again.

    ``ssl`` decodes only what it has verified.  So the certificate is fetched without verifying, and then
    trusted by itself, for one handshake that nothing is sent over.
    """
    facts: Facts = {}
    with suppress(*NETWORK, ValueError):
        der = _handshake(target, address, vantage, _context(), {})
        _handshake(target, address, vantage, _context(der), facts)
    return facts


def _context(only: bytes | None = None) -> ssl.SSLContext:
    """A context that verifies nothing, or nothing but that the peer shows this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if only is not None:
        context.load_verify_locations(cadata=only)
        context.verify_mode = ssl.CERT_REQUIRED
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN | ssl.VerifyFlags(_NO_CHECK_TIME)
    return context


def _named(name: tuple[tuple[tuple[str, str], ...], ...]) -> str:
    """A distinguished name's common name, else its organisation, else all of it."""
    parts = dict(pair for group in name for pair in group)
    return parts.get("commonName") or parts.get("organizationName") or ", ".join(parts.values())
