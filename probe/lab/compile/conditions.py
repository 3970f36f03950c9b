"""What AWS's API does not model and the kernel has to do: silent ports, vanishing packets, hosts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """The switched-on part of a scenario's faults.

    ``silent`` are services whose port 443 swallows packets at their endpoints, ``silent_blocks`` the public
    addresses of the same.  ``largest`` is the size in bytes above which packets vanish at the VPC's edge.
    ``hosts`` are addresses at which a name server, or another host, stands.
    """

    silent: frozenset[str] = frozenset()
    silent_blocks: tuple[str, ...] = ()
    largest: int | None = None
    hosts: tuple[str, ...] = ()


USUAL = Conditions()
