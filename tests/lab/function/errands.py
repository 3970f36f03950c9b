"""Errands at a lab's desk: functions that answer, functions that fail, and what Lambda says of them.

Started by the lab: ``python -m probe.lab healthy-private -- python -m tests.lab.function.errands``.  Writes
one JSON object: each errand's name to what came of it.
"""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import boto3

from tests.lab.function import permits
from tests.lab.function.desk import NO_ENDPOINT, SERVICES, Desk, arn, refusal
from tests.lab.processes import until

if TYPE_CHECKING:
    from collections.abc import Iterator

FAULTS = {
    "module": "absent.handler",
    "function": "app.absent",
    "name": "app",
    "syntax": "grammar.handler",
    "import": "refuses.handler",
    "exit": "quits.handler",
    "permissions": "closed.handler",
}
"""Settings of Handler with which no handler is had."""

ENDINGS = ("raise", "set", "large", "exit", "vanish")
LIMIT = 30.0
"""Seconds until what is waited for has to be so, on a busy machine."""


def main() -> None:
    desk = Desk()
    found: dict[str, Any] = {"pending": pending(desk)}
    for name, handler in FAULTS.items():
        desk.create(f"fault-{name}", Handler=handler)
    desk.create("short", Timeout=1)
    desk.create("wide", VpcConfig={"SubnetIds": desk.subnets, "SecurityGroupIds": [desk.group]})
    desk.ready("first", "short", "wide", *(f"fault-{name}" for name in FAULTS))
    found |= {"active": told(desk), "refused": refused(desk), "interfaces": desk.interfaces()}
    found |= {"faults": {name: desk.invoke(f"fault-{name}") for name in FAULTS}}
    found |= {"endings": {name: desk.invoke("first", name) for name in ENDINGS}}
    found |= answered(desk) | {
        "rights": permits.rights(desk),
        "roles": permits.roles(desk),
        "listed": listed(desk),
    }
    found["full"] = full(desk)
    found["left"] = left(desk)
    json.dump(found, sys.stdout, default=str)


def pending(desk: Desk) -> dict[str, Any]:
    """A new function, and what may not be done to it yet."""
    made = desk.create("first", Tags={"run-probe": "r1"}, Environment={"Variables": {"SETTING": "seven"}})
    early = {
        "invoke": lambda: desk.invoke("first"),
        "delete": lambda: desk.functions.delete_function(FunctionName="first"),
        "again": lambda: desk.create("first"),
    }
    return {"made": made, "early": {name: refusal(call) for name, call in early.items()}}


def told(desk: Desk) -> dict[str, Any]:
    return {
        "function": desk.functions.get_function(FunctionName="first"),
        "configuration": desk.functions.get_function_configuration(FunctionName="first"),
        "tags": desk.functions.list_tags(Resource=arn("first"))["Tags"],
        "dry": desk.functions.invoke(FunctionName="first", InvocationType="DryRun")["StatusCode"],
    }


def answered(desk: Desk) -> dict[str, Any]:
    """What functions say that work, and how the network decides."""
    hosts = [*SERVICES, NO_ENDPOINT]
    service = boto3.client("ecs").describe_services(cluster="prod", services=["checkout"])["services"][0]
    definition = boto3.client("ecs").describe_task_definition(taskDefinition=service["taskDefinition"])
    secret = definition["taskDefinition"]["containerDefinitions"][0]["secrets"][0]["valueFrom"]
    found = {
        "late": desk.invoke("short", "sleep"),
        "look": desk.invoke("first", "look"),
        "ask": desk.invoke("first", "ask", secret=secret),
        "thread": desk.invoke("first", "thread"),
        "outside": desk.invoke("first", "import", module="msgspec"),
        "open": desk.invoke("first", "dial", hosts=hosts),
        "wide": [desk.invoke("wide", "from", host=SERVICES[0])["payload"] for _ in desk.subnets],
        "secret": secret,
    }
    with sealed(desk):
        found["sealed"] = desk.invoke("first", "dial", hosts=hosts)
    streams = desk.logs.describe_log_streams(logGroupName="/aws/lambda/short")["logStreams"]
    events = desk.logs.get_log_events(
        logGroupName="/aws/lambda/short", logStreamName=streams[0]["logStreamName"]
    )["events"]
    return {**found, "logged": [event["message"] for event in events]}


@contextmanager
def sealed(desk: Desk) -> Iterator[None]:
    """The service's group lets nothing out."""
    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    desk.ec2.revoke_security_group_egress(GroupId=desk.group, IpPermissions=everything)
    try:
        yield
    finally:
        desk.ec2.authorize_security_group_egress(GroupId=desk.group, IpPermissions=everything)


def refused(desk: Desk) -> dict[str, Any]:
    """What Lambda says to requests that it does not take."""
    network = {"SubnetIds": desk.subnets[:1], "SecurityGroupIds": [desk.group]}
    calls: dict[str, dict[str, Any]] = {
        "subnet": {"VpcConfig": {**network, "SubnetIds": ["subnet-0123456789abcdef0"]}},
        "group": {"VpcConfig": {**network, "SecurityGroupIds": ["sg-0123456789abcdef0"]}},
        "execution-role": {"Role": desk.role.replace("run-probe-function", "checkout-execution")},
        "no-role": {"Role": desk.role.replace("run-probe-function", "nobody")},
    }
    found = {name: refusal(lambda: desk.create("never", **fields)) for name, fields in calls.items()}  # noqa: B023
    ask, absent = desk.functions, {"FunctionName": "absent"}
    found["get"] = refusal(lambda: ask.get_function(**absent))
    found["invoke"] = refusal(lambda: ask.invoke(**absent))
    found["delete"] = refusal(lambda: ask.delete_function(**absent))
    found["qualifier"] = refusal(lambda: ask.get_function(FunctionName="first", Qualifier="live"))
    found["payload"] = refusal(lambda: ask.invoke(FunctionName="first", Payload=b"{"))
    found["large"] = refusal(lambda: ask.invoke(FunctionName="first", Payload=b'"' + b"x" * 6_291_556 + b'"'))
    found["lacking"] = refusal(lambda: ask.publish_version(FunctionName="first"))
    eni = desk.interfaces()[0]["NetworkInterfaceId"]
    found["interface"] = refusal(lambda: desk.ec2.delete_network_interface(NetworkInterfaceId=eni))
    change = {"NetworkInterfaceId": eni, "Groups": [desk.group]}
    found["regrouped"] = refusal(lambda: desk.ec2.modify_network_interface_attribute(**change))
    return found


def listed(desk: Desk) -> dict[str, Any]:
    """All functions, page by page."""
    pages = desk.functions.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 4})
    sizes, functions = [], []
    for page in pages:
        sizes.append(len(page["Functions"]))
        functions += page["Functions"]
    return {"sizes": sizes, "names": [one["FunctionName"] for one in functions], "one": functions[0]}


def full(desk: Desk) -> dict[str, Any]:
    """A function in a subnet without a free address."""
    vpc = desk.ec2.describe_subnets(SubnetIds=desk.subnets[:1])["Subnets"][0]["VpcId"]
    subnet = desk.ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.250.0/28")["Subnet"]["SubnetId"]
    for _ in range(11):
        desk.ec2.create_network_interface(SubnetId=subnet, Groups=[desk.group])
    desk.create(
        "full", VpcConfig={"SubnetIds": [*desk.subnets[:1], subnet], "SecurityGroupIds": [desk.group]}
    )
    told = partial(desk.functions.get_function_configuration, FunctionName="full")
    until(lambda: told()["State"] != "Pending", LIMIT)
    return {"told": told(), "invoke": refusal(lambda: desk.invoke("full"))}


def left(desk: Desk) -> dict[str, Any]:
    """What remains when every function is deleted, and for how long."""
    names = [one["FunctionName"] for one in desk.functions.list_functions()["Functions"]]
    last, *others = names
    for name in others:
        desk.functions.delete_function(FunctionName=name)
    shared = [one["Status"] for one in desk.interfaces()]
    desk.functions.delete_function(FunctionName=last)
    lingering = [one["Status"] for one in desk.interfaces()]
    until(lambda: not desk.interfaces(), LIMIT)
    remaining = desk.functions.list_functions()["Functions"]
    return {"shared": shared, "lingering": lingering, "after": desk.interfaces(), "functions": remaining}


if __name__ == "__main__":
    main()
