"""Certificates minted for a test: what a service shows, and what a vantage trusts."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime

import trustme

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def shown(authority: trustme.CA, *names: str, until: datetime | None = None) -> ssl.SSLContext:
    """A server's context with a certificate for these names."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names, not_after=until).configure_cert(context)
    return context


def trusting(authority: trustme.CA) -> ssl.SSLContext:
    """A client's context made as the product makes it, which trusts this authority."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context
