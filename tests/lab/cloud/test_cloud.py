"""The cloud as a whole: overrides, the callback after changes, and answers for nobody's names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from probe.lab.cloud import ApiError, Call, Cloud
from probe.lab.faults import Faults
from probe.lab.wire import Request
from tests.lab.cloud.networks import Network

Refused = Any


@pytest.fixture
def changes(cloud: Cloud) -> Iterator[list[int]]:
    """One entry a call of ``after_change``: how many VPCs there were by then."""
    seen: list[int] = []
    before = cloud.after_change
    cloud.after_change = lambda: seen.append(len(cloud.backend("ec2").vpcs))
    yield seen
    cloud.after_change = before


def test_change_is_known_before_its_answer(cloud: Cloud, changes: list[int]) -> None:
    """The kernel hears of a new VPC when it is there, and of a mere question never."""
    ec2 = cloud.client("ec2")
    before = len(ec2.describe_vpcs()["Vpcs"])

    ec2.create_vpc(CidrBlock="10.0.0.0/16")

    assert [before + 1] == changes


def test_public_address_is_shown_on_the_interface(cloud: Cloud, network: Network, changes: list[int]) -> None:
    """What ``assignPublicIp`` gives is in DescribeNetworkInterfaces, and the kernel hears of it."""
    made = network.ec2.create_network_interface(SubnetId=network.subnets[0], Description="arn:aws:ecs:x")
    eni = made["NetworkInterface"]["NetworkInterfaceId"]

    address = cloud.public_address(eni)

    shown = network.interfaces()[0]
    assert (address, "in-use") == (shown["Association"]["PublicIp"], shown["Status"])
    assert 2 == len(changes)


def test_handler_overrides_moto_and_may_ask_it(
    cloud: Cloud, refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A handler sees typed parameters, can forward, and its errors are the service's."""

    def describe(call: Call) -> Mapping[str, Any]:
        if call.params["clusters"] == ["gone"]:
            raise ApiError("ClusterNotFoundException", "Cluster not found.")
        return {**call.forward(), "failures": [{"arn": call.region, "reason": call.account}]}

    monkeypatch.setitem(cloud.handlers, ("ecs", "DescribeClusters"), describe)
    ecs = cloud.client("ecs")
    ecs.create_cluster(clusterName="here")

    answer = ecs.describe_clusters(clusters=["here"])

    assert ["here"] == [each["clusterName"] for each in answer["clusters"]]
    assert [("us-east-1", "123456789012")] == [(each["arn"], each["reason"]) for each in answer["failures"]]
    assert ("ClusterNotFoundException", "Cluster not found.") == refused(
        ecs.describe_clusters, clusters=["gone"]
    )


def test_json_services_refuse_with_400(cloud: Cloud) -> None:
    """Moto's finer statuses would show in stop reasons that AWS never wrote."""
    client = cloud.client("secretsmanager")
    statuses: list[int] = []
    client.meta.events.register(
        "after-call.secretsmanager.*", lambda http_response, **_: statuses.append(http_response.status_code)
    )

    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_secret_value(SecretId="absent")

    assert [400] == statuses


def test_no_fault_stops_aws_itself(cloud: Cloud, faults: Faults) -> None:
    """A function's log is written by Lambda, whatever is wrong between the VPC and CloudWatch Logs."""
    for wrong in (faults.throttle, faults.fail, faults.middlebox):
        wrong("logs")

    cloud.client("logs").create_log_group(logGroupName="/of/lambda")

    assert "/of/lambda" in {
        one["logGroupName"] for one in cloud.client("logs").describe_log_groups()["logGroups"]
    }


def test_name_of_nobody_is_not_served(cloud: Cloud) -> None:
    """A request for a host that AWS does not have is no AWS answer."""
    answer = cloud.answer(Request("GET", "db.example.com", "/", {}))

    assert (404, False) == (answer.status, "x-amzn-requestid" in answer.headers)


def test_lack_of_the_lab_says_that_it_is_one(cloud: Cloud, refused: Refused) -> None:
    """What moto does not have is no AWS error, and no crash."""
    code, message = refused(cloud.client("ec2").describe_capacity_reservations)

    assert ("NotImplemented", True) == (code, message.startswith("the lab lacks this"))
