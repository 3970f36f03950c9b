"""Instances, interfaces and addresses: NAT instances and bastions, mostly."""

from __future__ import annotations

from functools import partial
from typing import Any

from probe.lab.cloudformation.kinds.kind import Hands, Made, Maker, Properties, plain, tagged, without

_CHECKS = "SourceDestCheck"
_PLACEMENT = {"AvailabilityZone": "AvailabilityZone", "Tenancy": "Tenancy", "Affinity": "Affinity"}
_OF_NO_ACCOUNT = (
    "BlockDeviceMappings", "EbsOptimized", "LaunchTemplate", "Monitoring", "PropagateTagsToVolumeOnCreation",
    "UserData", "Volumes",
)  # fmt: skip


def _instance(hands: Hands, given: Properties) -> Made:
    aside = (*_PLACEMENT, *_OF_NO_ACCOUNT, _CHECKS, "IamInstanceProfile", "NetworkInterfaces")
    wanted = tagged(without(given, *aside), "instance") | {"MinCount": 1, "MaxCount": 1}
    answer = hands.call("ec2", "run_instances", wanted | _moved(given))["Instances"][0]
    identity = answer["InstanceId"]
    if _CHECKS in given:
        change = {"InstanceId": identity, _CHECKS: {"Value": given[_CHECKS]}}
        hands.call("ec2", "modify_instance_attribute", change)
    undo = partial(hands.call, "ec2", "terminate_instances", {"InstanceIds": [identity]})
    return Made(identity, undo, _of(hands, identity))


def _moved(given: Properties) -> dict[str, Any]:
    """What the API has elsewhere: a profile by its name, a placement as one, an interface's groups."""
    place = {key: given[key] for key in _PLACEMENT if key in given}
    moved: dict[str, Any] = {"Placement": place} if place else {}
    if "IamInstanceProfile" in given:
        moved["IamInstanceProfile"] = {"Name": given["IamInstanceProfile"]}
    if "NetworkInterfaces" in given:
        moved["NetworkInterfaces"] = [_grouped(one) for one in given["NetworkInterfaces"]]
    return moved


def _grouped(given: Properties) -> dict[str, Any]:
    """A template's ``GroupSet`` is the API's ``Groups``."""
    groups = {"Groups": given["GroupSet"]} if "GroupSet" in given else {}
    return without(given, "GroupSet") | groups


def _of(hands: Hands, instance: str) -> dict[str, Any]:
    """The attributes, as they are when they are asked for: a public address may come later."""

    def now(member: str, *else_at: str) -> Any:
        found = hands.client("ec2").describe_instances(InstanceIds=[instance])
        one = found["Reservations"][0]["Instances"][0]
        for step in else_at:
            one = one[step]
        return one.get(member, "")

    return {
        "InstanceId": instance,
        "PrivateIp": partial(now, "PrivateIpAddress"),
        "PublicIp": partial(now, "PublicIpAddress"),
        "PrivateDnsName": partial(now, "PrivateDnsName"),
        "PublicDnsName": partial(now, "PublicDnsName"),
        "AvailabilityZone": partial(now, "AvailabilityZone", "Placement"),
        "VpcId": partial(now, "VpcId"),
    }


def _interface(hands: Hands, given: Properties) -> Made:
    wanted = tagged(without(_grouped(given), _CHECKS), "network-interface")
    answer = hands.call("ec2", "create_network_interface", wanted)["NetworkInterface"]
    identity = answer["NetworkInterfaceId"]
    if _CHECKS in given:
        change = {"NetworkInterfaceId": identity, _CHECKS: {"Value": given[_CHECKS]}}
        hands.call("ec2", "modify_network_interface_attribute", change)
    attributes = {
        "Id": identity,
        "PrimaryPrivateIpAddress": answer["PrivateIpAddress"],
        "SecondaryPrivateIpAddresses": [
            one["PrivateIpAddress"] for one in answer.get("PrivateIpAddresses", []) if not one.get("Primary")
        ],
        "VpcId": answer["VpcId"],
    }
    undo = partial(hands.call, "ec2", "delete_network_interface", {"NetworkInterfaceId": identity})
    return Made(identity, undo, attributes)


def _address(hands: Hands, given: Properties) -> Made:
    wanted = {"Domain": "vpc"} | tagged(without(given, "InstanceId"), "elastic-ip")
    answer = hands.call("ec2", "allocate_address", wanted)
    allocation = {"AllocationId": answer["AllocationId"]}
    if "InstanceId" in given:
        hands.call("ec2", "associate_address", {**allocation, "InstanceId": given["InstanceId"]})
    return Made(
        answer["PublicIp"],
        partial(hands.call, "ec2", "release_address", allocation),
        {**allocation, "PublicIp": answer["PublicIp"]},
    )


def _association(hands: Hands, given: Properties) -> Made:
    """An address is named by its allocation, or as itself (``EIP``)."""
    renamed = {"PublicIp": given["EIP"]} if "EIP" in given else {}
    wanted = without(given, "EIP") | renamed
    identity = hands.call("ec2", "associate_address", wanted)["AssociationId"]
    undo = partial(hands.call, "ec2", "disassociate_address", {"AssociationId": identity})
    return Made(identity, undo, {"Id": identity})


MAKERS: dict[str, Maker] = {
    "AWS::EC2::Instance": _instance,
    "AWS::EC2::NetworkInterface": _interface,
    "AWS::EC2::NetworkInterfaceAttachment": plain(
        "ec2",
        "attach_network_interface",
        "AttachmentId",
        undo=("detach_network_interface", "AttachmentId"),
        attributes={"AttachmentId": "AttachmentId"},
        unheard=("DeleteOnTermination",),
    ),
    "AWS::EC2::EIP": _address,
    "AWS::EC2::EIPAssociation": _association,
}
