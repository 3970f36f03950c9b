"""Where moto's EC2 state differs from AWS's, mended at its source, before anybody reads it.

Each module replaces methods of moto's classes; the launcher, the kernel's compiler and CloudFormation all see
the mended state, because all of them read the same objects.
"""

from __future__ import annotations

from probe.lab.cloud.repairs import (
    acls,
    addresses,
    default_vpc,
    endpoints,
    groups,
    interfaces,
    mount_targets,
    nat,
    policies,
    prefix_lists,
    resolver_rules,
    routes,
    subnets,
    transit_gateways,
)
from probe.lab.names import Names


def install(names: Names) -> None:
    """Mend moto, once a process."""
    prefix_lists.install(names)
    subnets.install()
    acls.install()
    groups.install()
    addresses.install()
    interfaces.install()
    mount_targets.install()
    nat.install()
    policies.install()
    endpoints.install()
    routes.install()
    transit_gateways.install()
    resolver_rules.install()
    default_vpc.install()
