"""Hosts that somebody asked for besides what a start needs: to be reached, or to be blocked.

The application's own proxy variables apply to them, as an HTTPS client reads them, and to nothing else:
Fargate does not proxy the agent.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from msgspec.structs import replace

from probe.model import Layer, Noun, Target
from probe.requirements.definitions import Definition, mappings, text

GROUP = "host"
"""The reporter of every host."""

_HTTPS_PORTS = frozenset({443, 8443})
"""Where an application speaks HTTPS, and so by a proxy; its database's driver knows of none."""

_HTTPS = 443
_LAST_PORT = (1 << 16) - 1
_PROXY_PORT = 3128


class Proxies(Noun, kw_only=True):
    """``HTTPS_PROXY`` and ``NO_PROXY`` as an application has them; empty where it has none."""

    https: str = ""
    exempt: str = ""

    def of(self, host: str, port: int) -> tuple[str, int] | None:
        """Host and port of the proxy for a host.  ``ValueError`` where the variable names none."""
        if not self.https or port not in _HTTPS_PORTS or _is_exempt(host, port, self.exempt):
            return None
        return proxy(self.https)


def proxies_of(definition: Definition) -> Proxies:
    """The variables that the containers of a definition set; those of the first that sets them."""
    found: dict[str, str] = {}
    for container in mappings(definition.get("containerDefinitions")):
        for variable in mappings(container.get("environment")):
            found.setdefault(text(variable.get("name")).lower(), text(variable.get("value")))
    return Proxies(https=found.get("https_proxy", ""), exempt=found.get("no_proxy", ""))


def proxy(written: str) -> tuple[str, int]:
    """Host and port of a proxy's URL; its credentials are left out.  ``ValueError`` where it is none."""
    # Neither the URL nor Python's words about it, which quote it, are repeated: it may hold a password.
    refusal = ValueError("not the URL of a proxy: only http://HOST:PORT can be spoken to")
    try:
        parts = urlsplit(written if "://" in written else f"http://{written}")
        host, port = parts.hostname, parts.port or _PROXY_PORT
    except ValueError:
        raise refusal from None
    if parts.scheme != "http" or not host:
        raise refusal
    return host, port


def host_target(written: str, region: str, proxies: Proxies | None = None) -> Target:
    """The target of ``HOST:PORT`` as asked for on the command line.  ``ValueError`` where it is not that.

    TLS is tried on every port, and only 443 has to speak it: a database's need not.
    """
    host, port = _host_port(written)
    asked = Target(
        name=written,
        service="host",
        host=host,
        port=port,
        region=region,
        needed=True,
        because="asked for",
        group=GROUP,
        layers=(Layer.DNS, Layer.TCP, Layer.TLS),
        optional=() if port == _HTTPS else (Layer.TLS,),
    )
    through = proxies.of(host, port) if proxies is not None else None
    return asked if through is None else replace(asked, tunnel=written, **_through(*through))


def blocked_target(written: str, region: str) -> Target:
    """The target of a ``HOST:PORT`` that must not be reachable.  ``ValueError`` as for ``host_target``."""
    asked = host_target(written, region)
    layers, because = (Layer.DNS, Layer.TCP), "it must be blocked"
    name = f"{written} (blocked)"
    return replace(asked, name=name, layers=layers, optional=(), because=because, blocked=True)


def _through(host: str, port: int) -> dict[str, Any]:
    return {"host": host, "port": port, "because": f"asked for, through the proxy {host}:{port}"}


def _host_port(written: str) -> tuple[str, int]:
    host, colon, port = written.rpartition(":")
    bare = host.removeprefix("[").removesuffix("]")
    named = bare if (host != bare) or ":" not in bare else ""
    if not named or not colon or set(named) & set("/@ ") or not port.isdecimal():
        raise ValueError(f"{written}: not HOST:PORT")
    if not 0 < int(port) <= _LAST_PORT:
        raise ValueError(f"{written}: not HOST:PORT")
    return named, int(port)


def _is_exempt(host: str, port: int, listed: str) -> bool:
    """As curl and Go read ``NO_PROXY``: names with all below them, addresses, blocks; ``*`` is everything."""
    entries = (entry.strip().lower() for entry in listed.split(","))
    return any(_exempts(entry, host.lower().rstrip("."), port) for entry in entries if entry)


def _exempts(entry: str, host: str, port: int) -> bool:
    named, colon, at = entry.rpartition(":")
    if colon and at.isdecimal() and ":" not in named:
        return int(at) == port and _exempts(named, host, port)
    name = entry.removeprefix("*").removeprefix(".")
    return entry == "*" or host == name or host.endswith(f".{name}") or any(_within(entry, host))


def _within(entry: str, host: str) -> Iterator[bool]:
    try:
        yield ip_address(host) in ip_network(entry, strict=False)
    except ValueError:
        return
