"""Ready-made starting points for scenarios: networks and a service.  All of it plain boto3, but for the push.

Each function answers the ids it made, so that a scenario can break exactly one of them.  Everything has a
``Name`` tag or a group name, which an expectation may write in place of an id.
"""

from probe.lab.registry import push_image
from probe.lab.world.changes import (
    deny,
    endpoint_policy,
    name_servers,
    nat_instance,
    network_acl,
    regroup_endpoint,
)
from probe.lab.world.file_systems import file_system, volume
from probe.lab.world.functions import function_role
from probe.lab.world.identities import (
    account,
    boundary,
    encrypted_service,
    organization_policy,
    shared_secret,
)
from probe.lab.world.names import firewall_rule, hosted_zone, resolver_rule
from probe.lab.world.networks import Network, nat_vpc, private_vpc, public_vpc
from probe.lab.world.parts import https
from probe.lab.world.services import (
    Service,
    execution_policy,
    execution_role,
    foundation,
    push_probe_image,
    service,
)

__all__ = [
    "Network",
    "Service",
    "account",
    "boundary",
    "deny",
    "encrypted_service",
    "endpoint_policy",
    "execution_policy",
    "execution_role",
    "file_system",
    "firewall_rule",
    "foundation",
    "function_role",
    "hosted_zone",
    "https",
    "name_servers",
    "nat_instance",
    "nat_vpc",
    "network_acl",
    "organization_policy",
    "private_vpc",
    "public_vpc",
    "push_image",
    "push_probe_image",
    "regroup_endpoint",
    "resolver_rule",
    "service",
    "shared_secret",
    "volume",
]
