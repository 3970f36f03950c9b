"""Errands about rights: of callers who make and use functions, and of the roles that functions run as."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import boto3

from tests.lab.function.desk import Desk, arn, document, refusal, statement

EVERYTHING = (
    "lambda:CreateFunction",
    "lambda:TagResource",
    "iam:PassRole",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
)
"""What a caller needs in order to create a function in a VPC, with tags."""


def rights(desk: Desk) -> dict[str, Any]:
    """What a caller is told who lacks one right after the other, and who has just enough."""
    caller(desk, "limited")
    found: dict[str, Any] = {}
    for lacking in EVERYTHING:
        grant(desk, "limited", [one for one in EVERYTHING if one != lacking])
        limited = session("limited")
        found[lacking] = refusal(lambda: limited.create_function(**desk.request("theirs", Tags={"a": "b"})))  # noqa: B023
    grant(desk, "limited", EVERYTHING)
    found["all"] = session("limited").create_function(**desk.request("theirs", Tags={"a": "b"}))["State"]
    desk.ready("theirs")
    none = session("limited")
    asked = {"FunctionName": "theirs"}
    for name, call in {
        "lambda:GetFunction": lambda: none.get_function(**asked),
        "lambda:GetFunctionConfiguration": lambda: none.get_function_configuration(**asked),
        "lambda:InvokeFunction": lambda: none.invoke(**asked),
        "lambda:DeleteFunction": lambda: none.delete_function(**asked),
        "lambda:ListTags": lambda: none.list_tags(Resource=arn("theirs")),
        "lambda:ListFunctions": none.list_functions,
    }.items():
        found[name] = refusal(call)
    grant(desk, "limited", ["lambda:GetFunction"])
    seen = none.get_function(**asked)
    return {**found, "tags": {name: seen.get(name) for name in ("Tags", "TagsError")}}


def caller(desk: Desk, name: str) -> None:
    """A role that the operator may take."""
    trust = statement("sts:AssumeRole", Principal={"AWS": "arn:aws:iam::123456789012:root"})
    desk.iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(document(trust)))


def grant(desk: Desk, name: str, actions: Iterable[str]) -> None:
    policy = document(statement(list(actions), Resource="*"))
    desk.iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=json.dumps(policy))


def session(name: str) -> Any:
    """A client of Lambda in the hands of a role."""
    role = f"arn:aws:iam::123456789012:role/{name}"
    keys = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="desk")["Credentials"]
    theirs = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
    return theirs.client("lambda")


def known(desk: Desk, role: str) -> list[Any]:
    """What a function with this role is refused for once Lambda knows of the role."""
    while True:
        found = refusal(lambda: desk.create("poor", Role=role))
        if "cannot be assumed" not in found[2]:
            return found


def roles(desk: Desk) -> dict[str, Any]:
    """Execution roles that lack a right to make interfaces."""
    trust = document(statement("sts:AssumeRole", Principal={"Service": "lambda.amazonaws.com"}))
    role = desk.iam.create_role(RoleName="poor", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    needed = [f"ec2:{verb}NetworkInterface" for verb in ("Create", "Delete")] + [
        "ec2:DescribeNetworkInterfaces"
    ]
    found = {}
    found["new"] = refusal(lambda: desk.create("poor", Role=role))
    for lacking in needed:
        grant(desk, "poor", [one for one in needed if one != lacking])
        found[lacking] = known(desk, role)
    grant(desk, "poor", needed)
    desk.create("poor", Role=role)
    desk.ready("poor")
    answer = desk.invoke("poor")
    groups = desk.logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/poor")["logGroups"]
    return {"refused": found, "answer": answer, "groups": groups}
