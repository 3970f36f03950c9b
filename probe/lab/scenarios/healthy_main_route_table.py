"""No subnet has a route table of its own: the main one leads to the internet gateway."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.public_vpc(aws)
    ec2 = aws.client("ec2")
    tables = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [net.vpc]}])["RouteTables"]
    for table in tables:
        if any(one["Main"] for one in table["Associations"]):
            ec2.create_route(
                RouteTableId=table["RouteTableId"],
                DestinationCidrBlock="0.0.0.0/0",
                GatewayId=net.internet_gateway,
            )
        for one in table["Associations"]:
            if not one["Main"]:
                ec2.disassociate_route_table(AssociationId=one["RouteTableAssociationId"])
    world.service(aws, net)


EXPECT = expect(findings=[], exit_code=0)
