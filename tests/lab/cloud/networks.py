"""A small VPC to ask about, made with plain boto3 calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from probe.lab.cloud import Cloud

REGION = "us-east-1"


@dataclass(frozen=True)
class Network:
    """A VPC 10.0.0.0/16, with a /24 subnet in each of three zones and both DNS attributes."""

    ec2: Any
    vpc: str
    subnets: tuple[str, ...]

    @classmethod
    def made(cls, cloud: Cloud) -> Network:
        ec2 = cloud.client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
        subnets = tuple(
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"{REGION}{zone}")[
                "Subnet"
            ]["SubnetId"]
            for number, zone in enumerate("abc")
        )
        return cls(ec2, vpc, subnets)

    def endpoint(self, suffix: str, **more: Any) -> dict[str, Any]:
        """An interface endpoint in every subnet."""
        given = {"VpcEndpointType": "Interface", "SubnetIds": list(self.subnets), **more}
        name = f"com.amazonaws.{REGION}.{suffix}"
        made: dict[str, Any] = self.ec2.create_vpc_endpoint(VpcId=self.vpc, ServiceName=name, **given)[
            "VpcEndpoint"
        ]
        return made

    def gateway(self, *tables: str) -> dict[str, Any]:
        """The S3 gateway endpoint."""
        name = f"com.amazonaws.{REGION}.s3"
        made: dict[str, Any] = self.ec2.create_vpc_endpoint(
            VpcId=self.vpc, ServiceName=name, RouteTableIds=list(tables)
        )["VpcEndpoint"]
        return made

    def interfaces(self, **filters: str) -> list[dict[str, Any]]:
        """The VPC's interfaces; keywords are filters with underscores for dashes."""
        wanted = [{"Name": "vpc-id", "Values": [self.vpc]}]
        wanted += [{"Name": name.replace("_", "-"), "Values": [value]} for name, value in filters.items()]
        found: list[dict[str, Any]] = self.ec2.describe_network_interfaces(Filters=wanted)[
            "NetworkInterfaces"
        ]
        return found

    @property
    def main_table(self) -> str:
        """The id of the main route table."""
        wanted = [{"Name": "vpc-id", "Values": [self.vpc]}, {"Name": "association.main", "Values": ["true"]}]
        return str(self.ec2.describe_route_tables(Filters=wanted)["RouteTables"][0]["RouteTableId"])

    def routes(self) -> dict[str, tuple[str, str]]:
        """The main table's routes: destination to (target, state)."""
        table = self.ec2.describe_route_tables(RouteTableIds=[self.main_table])["RouteTables"][0]
        return {
            route.get("DestinationCidrBlock") or route["DestinationPrefixListId"]: (
                route.get("GatewayId") or route.get("NatGatewayId") or "",
                route["State"],
            )
            for route in table["Routes"]
        }
