"""The handshake as a step of its own: each way in which it goes wrong is another kind."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme

from probe.checks import tls
from probe.model import Layer, Observation
from tests.authority import LONG_AGO, shown, trusting
from tests.loopback import Serve, closing, listener, reset, saying, secured, silent
from tests.vantages import NAME, passed, target, vantage

OURS = trustme.CA(organization_name="Lab Authority")
THEIRS = trustme.CA(organization_name="Corp Proxy")


def handshake(serve: Serve) -> Observation:
    """What a handshake with this server comes to, for a client that trusts OURS."""
    with listener(serve) as port:
        here = vantage(trust=trusting(OURS), timeout=0.5 if serve is silent else 4.0)
        (told,) = tls.check(target(port), passed("connect", Layer.TCP), here)
    return told


def test_a_verified_handshake_names_the_issuer() -> None:
    """The facts say who vouches, until when, and by which protocol."""
    told = handshake(secured(shown(OURS, NAME), silent))
    assert ("pass", "Lab Authority", "TLSv1.3") == (
        told.status.value,
        told.facts["issuer"],
        told.facts["version"],
    )


@pytest.mark.parametrize(
    ("serve", "expected"),
    [
        (lambda: secured(shown(THEIRS, NAME), silent), "certificate-untrusted"),
        (lambda: secured(shown(OURS, "other.example.test"), silent), "certificate-wrong-host"),
        (lambda: secured(shown(OURS, NAME, until=LONG_AGO), silent), "certificate-expired"),
        (lambda: silent, "timeout"),
        (lambda: reset, "reset"),
        (lambda: closing, "closed"),
        (lambda: saying(b"SSH-2.0-OpenSSH_9.2\r\n"), "tls-rejected"),
    ],
    ids=["untrusted", "wrong-host", "expired", "stalled", "reset", "closed", "not-tls"],
)
def test_each_failure_has_its_kind(serve: Callable[[], Serve], expected: str) -> None:
    """A middlebox is told from a name filter, and both from a certificate."""
    told = handshake(serve())
    assert told.failure is not None
    assert expected == told.failure.kind.value


@pytest.mark.parametrize("until", [None, LONG_AGO], ids=["valid", "expired-too"])
def test_an_untrusted_issuer_is_named(until: None) -> None:
    """A second look, which sends nothing, reads the issuer that nobody here trusts."""
    told = handshake(secured(shown(THEIRS, NAME, until=until), silent))
    assert "Corp Proxy" == told.facts["issuer"]


def test_an_issuer_that_does_not_show_itself_again_stays_unnamed() -> None:
    """A server that answers one handshake only leaves the finding without a name."""
    served: list[int] = []

    def once(client: socket.socket) -> None:
        served.append(1)
        if len(served) == 1:
            secured(shown(THEIRS, NAME), silent)(client)

    told = handshake(once)
    assert ("fail", {}) == (told.status.value, told.facts)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (((("countryName", "DE"),), (("commonName", "Root X"),)), "Root X"),
        (((("countryName", "DE"),), (("organizationName", "Corp"),)), "Corp"),
        (((("countryName", "DE"),), (("localityName", "Here"),)), "DE, Here"),
    ],
    ids=["common-name", "organisation", "neither"],
)
def test_an_issuer_is_called_by_its_shortest_name(
    name: tuple[tuple[tuple[str, str], ...], ...], expected: str
) -> None:
    """The common name, else the organisation, else everything."""
    assert expected == tls._named(name)


def test_the_default_trust_is_read_once_and_honours_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SSL_CERT_FILE replaces the system's store, and one context serves every thread."""
    OURS.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    tls._default.cache_clear()
    context = tls.default_trust()
    tls._default.cache_clear()
    found = ["Lab Authority" in str(one["issuer"]) for one in context.get_ca_certs()]
    assert ([True], ssl.CERT_REQUIRED) == (found, context.verify_mode)
