"""Hosts that were asked for: by the application's proxy where an HTTPS client would take it, or blocked."""

from __future__ import annotations

import pytest

from probe import plan
from probe.plan.hosts import Proxies, proxies_of, proxy

PROXIED = Proxies(
    https="http://proxy.internal:3128", exempt="localhost, .internal,10.0.0.0/8,a.example.com:8443"
)


@pytest.mark.parametrize(
    ("host", "through"),
    [
        ("api.example.com:443", "proxy.internal:3128"),
        ("api.example.com:8443", "proxy.internal:3128"),
        ("a.example.com:8443", None),
        ("a.example.com:443", "proxy.internal:3128"),
        ("db.example.com:5432", None),
        ("vault.internal:443", None),
        ("internal:443", None),
        ("notinternal:443", "proxy.internal:3128"),
        ("10.1.2.3:443", None),
        ("[fd00::1]:443", "proxy.internal:3128"),
    ],
)
def test_a_proxy_is_for_https_and_for_what_is_not_exempt(host: str, through: str | None) -> None:
    """What is dialled is then the proxy, which is asked for the host."""
    found = plan.host_target(host, "us-east-1", PROXIED)
    dialled = f"{found.host}:{found.port}" if found.tunnel else None
    assert (through, host if through else "", host) == (dialled, found.tunnel, found.name)


def test_everything_can_be_exempt() -> None:
    """A star, as curl and Go read it."""
    every = Proxies(https="proxy:1", exempt="*")
    assert plan.host_target("a.example.com:443", "us-east-1", every).tunnel == ""


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("http://proxy.internal:8080", ("proxy.internal", 8080)),
        ("proxy.internal:8080", ("proxy.internal", 8080)),
        ("http://proxy.internal", ("proxy.internal", 3128)),
        ("http://user:secret@proxy.internal:8080/", ("proxy.internal", 8080)),
        ("http://user:secret@[fd00::1]:8080", ("fd00::1", 8080)),
    ],
)
def test_a_proxys_credentials_go_nowhere(written: str, expected: tuple[str, int]) -> None:
    """Host and port are all that a plan holds of it."""
    assert expected == proxy(written)


@pytest.mark.parametrize(
    "written",
    [
        "socks5://user:secret@p:1",
        "https://p:1",
        "http://",
        "http://user:secret/more@p:1",
        "http://user:secret@[p:1",
        "user:secret@p:99999",
    ],
)
def test_another_kind_of_proxy_is_refused_without_its_url(written: str) -> None:
    """The URL may hold a password, so that the refusal does not repeat it."""
    with pytest.raises(ValueError, match="not the URL of a proxy") as refused:
        proxy(written)
    assert "secret" not in str(refused.value)


def test_a_definition_names_its_applications_proxy() -> None:
    """Either case of the variables; the first container that sets one decides."""
    variables = [{"name": "https_proxy", "value": "http://p:1"}, {"name": "NO_PROXY", "value": "b"}]
    second = [{"name": "HTTPS_PROXY", "value": "http://q:2"}]
    containers = [{"name": "app"}, {"environment": variables}, {"environment": second}]
    assert Proxies(https="http://p:1", exempt="b") == proxies_of({"containerDefinitions": containers})


def test_a_blocked_host_has_no_layer_above_tcp() -> None:
    """Whether it can be connected is all that was asserted."""
    found = plan.blocked_target("db.internal:5432", "us-east-1")
    assert ("db.internal:5432 (blocked)", True, ["dns", "tcp"]) == (
        found.name,
        found.blocked,
        [layer.value for layer in found.layers],
    )
