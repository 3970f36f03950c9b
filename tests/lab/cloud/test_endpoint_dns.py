"""The DNS options of interface endpoints: whom their private DNS answers."""

from __future__ import annotations

from collections.abc import Callable

from probe.lab.cloud import Cloud
from probe.lab.route53 import view
from tests.lab.cloud.networks import Network

Refused = Callable[..., tuple[str, str]]
S3 = "com.amazonaws.us-east-1.s3"
ONLY = "PrivateDnsOnlyForInboundResolverEndpoint"


def test_private_dns_for_inbound_endpoints_leaves_the_vpc_to_its_gateway(
    cloud: Cloud, network: Network
) -> None:
    """Beside a gateway endpoint S3's interface endpoint answers inbound Resolver endpoints, unless told more.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DnsOptionsSpecification.html
    """
    network.gateway()
    made = network.endpoint("s3")
    inside, inbound = view.Asker(network.vpc), view.Asker(network.vpc, inbound=True)

    def told(asker: view.Asker) -> bool:
        found = view.look(cloud, asker, "s3.us-east-1.amazonaws.com", "A")
        return isinstance(found, view.Answer) and found.values[0].startswith("10.0.")

    before = (made["DnsOptions"][ONLY], told(inside), told(inbound))
    network.ec2.modify_vpc_endpoint(VpcEndpointId=made["VpcEndpointId"], DnsOptions={ONLY: False})
    assert (before, told(inside)) == ((True, False, True), True)


def test_private_dns_for_inbound_endpoints_needs_a_gateway(network: Network, refused: Refused) -> None:
    """Without a gateway endpoint for the service, AWS refuses it, and private DNS is for everybody."""
    more = {"VpcId": network.vpc, "ServiceName": S3, "VpcEndpointType": "Interface"}
    code, _ = refused(network.ec2.create_vpc_endpoint, **more, DnsOptions={ONLY: True})
    assert (code, False) == ("InvalidParameter", network.endpoint("s3")["DnsOptions"][ONLY])
