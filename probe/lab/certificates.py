"""Certificates: one authority for the lab's AWS, and a leaf for each name, made when it is first asked."""

from __future__ import annotations

import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import trustme

Kind = Literal["good", "expired", "wrong-host"]

_LONGEST_COMMON_NAME = 64
"""``ub-common-name`` of RFC 5280; the layer bucket of a region with a long name has a longer name."""


class Certificates:
    """Writes the authority's certificate to ``directory`` (``bundle``); makes server contexts by name."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        # Like AWS's, the chain is too long for one packet: a low MTU swallows a part of it.
        root = _amazons("Root CA 1")
        self._authorities = {"": _amazons("RSA 2048 M01", _amazons("Root CA 3", root))}
        self._contexts: dict[tuple[str, str, str], ssl.SSLContext] = {}
        self._lock = threading.Lock()
        self.bundle = directory / "lab-ca.pem"
        root.cert_pem.write_to_path(self.bundle)

    def context(self, host: str, kind: Kind = "good", issuer: str = "") -> ssl.SSLContext:
        """A server's context for a host name; ``issuer`` names another authority than the lab's."""
        key = (host, kind, issuer)
        with self._lock:
            if key not in self._contexts:
                self._contexts[key] = self._made(*key)
            return self._contexts[key]

    def _made(self, host: str, kind: str, issuer: str) -> ssl.SSLContext:
        authority = (
            self._authorities.setdefault(issuer, _authority(issuer)) if issuer else self._authorities[""]
        )
        name = "internal.example.com" if kind == "wrong-host" else host
        until = datetime.now(UTC) - timedelta(days=3) if kind == "expired" else None
        common = name if len(name) <= _LONGEST_COMMON_NAME else None
        leaf = authority.issue_cert(name, common_name=common, not_after=until)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(["http/1.1"])
        leaf.configure_cert(context)
        return context


def _amazons(name: str, parent: trustme.CA | None = None) -> trustme.CA:
    return trustme.CA(parent, organization_name="Amazon of the lab", organization_unit_name=name)


def _authority(issuer: str) -> trustme.CA:
    return trustme.CA(organization_name=issuer, organization_unit_name="TLS inspection")
