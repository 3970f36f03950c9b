"""What AWS's API does not model and the kernel has to do: silent ports, vanishing packets, hosts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Shut = Literal["drop", "refuse", "reset"]
"""What a port does to who knocks: nothing, a reset at once, or a reset once the connection stands."""


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """The switched-on part of a scenario's faults.

    ``shut`` are services and how port 443 is shut at their endpoints, ``shut_blocks`` their public addresses
    and the same.  ``largest`` is the size in bytes above which a packet vanishes in a VPC's router.
    ``hosts`` are addresses at which a name server, or another host, stands.
    """

    shut: tuple[tuple[str, Shut], ...] = ()
    shut_blocks: tuple[tuple[str, Shut], ...] = ()
    largest: int | None = None
    hosts: tuple[str, ...] = ()


USUAL = Conditions()
