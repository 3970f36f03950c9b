"""VPC Block Public Access: an account's switch that closes internet gateways, and what it spares.

https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html
"""

from __future__ import annotations

from dataclasses import dataclass

OFF, INGRESS = "off", "block-ingress"
BOTH_WAYS, EGRESS = "allow-bidirectional", "allow-egress"


@dataclass(frozen=True, kw_only=True)
class PublicAccess:
    """``mode`` is the account's in this region; ``exclusions`` are (VPC's or subnet's id, mode)."""

    mode: str = OFF
    exclusions: tuple[tuple[str, str], ...] = ()

    def closes(self, vpc: str, subnet: str, *, nat: bool) -> bool:
        """Whether the internet gateway is closed to an interface in a subnet, a NAT gateway's or another."""
        spared = {mode for identity, mode in self.exclusions if identity in (vpc, subnet)}
        if self.mode == OFF or BOTH_WAYS in spared:
            return False
        return not (nat and (self.mode == INGRESS or EGRESS in spared))


OPEN = PublicAccess()
"""Nobody switched anything on."""
