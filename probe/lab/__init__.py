"""A VPC on one machine: Linux namespaces and nftables below, AWS's own API above.

For scenarios: ``from probe.lab import expect, world`` (``world`` is a package below, which loads when it is
asked for).  The lab shares no code with the probe: it is the other side, and must not share its mistakes.
"""

from probe.lab.expectation import expect

__all__ = ["expect"]
