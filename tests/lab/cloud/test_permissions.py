"""Calls with somebody's keys: who is let through, and in which words the others are refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from probe.lab.cloud import Cloud
from probe.lab.iam import NotAssumable
from tests.lab.cloud.callers import Caller, allow, role
from tests.lab.cloud.networks import Network

ACCOUNT = "123456789012"
Refused = Callable[..., tuple[str, str]]


@pytest.fixture(scope="session")
def secret(cloud: Cloud) -> str:
    """The ARN of a secret."""
    made = cloud.client("secretsmanager").create_secret(Name="prod/db", SecretString="{}")
    return str(made["ARN"])


@pytest.fixture(scope="session")
def reader(cloud: Cloud) -> Caller:
    """A session of a role that may read secrets."""
    return role(cloud, "reader", allow("secretsmanager:GetSecretValue"))


@pytest.fixture(scope="session")
def nobody(cloud: Cloud) -> Caller:
    """A session of a role that may look at clusters, and nothing else."""
    return role(cloud, "nobody", allow("ecs:DescribeClusters"))


def test_caller_identity_is_the_session(reader: Caller) -> None:
    """Nobody needs a permission to ask who they are."""
    expected = f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/0a1b2c"

    assert expected == reader.client("sts").get_caller_identity()["Arn"]


def test_role_reads_what_its_policy_allows(reader: Caller, secret: str) -> None:
    """By name and by ARN it is the same secret."""
    client = reader.client("secretsmanager")

    answers = [client.get_secret_value(SecretId=name)["SecretString"] for name in ("prod/db", secret)]

    assert ["{}", "{}"] == answers


DENIALS = {
    "json-service": (
        "secretsmanager",
        "get_secret_value",
        {"SecretId": "prod/db"},
        "AccessDeniedException",
        "secretsmanager:GetSecretValue on resource: SECRET because",
    ),
    "parameters-name-the-denied-one": (
        "ssm",
        "get_parameters",
        {"Names": ["/app/url"]},
        "AccessDeniedException",
        f"ssm:GetParameters on resource: arn:aws:ssm:us-east-1:{ACCOUNT}:parameter/app/url because",
    ),
    "log-stream": (
        "logs",
        "create_log_stream",
        {"logGroupName": "/ecs/web", "logStreamName": "a/b"},
        "AccessDeniedException",
        (
            "logs:CreateLogStream on resource: "
            f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/ecs/web:log-stream:a/b because"
        ),
    ),
    "registry-token": (
        "ecr",
        "get_authorization_token",
        {},
        "AccessDeniedException",
        "ecr:GetAuthorizationToken on resource: * because",
    ),
    "query-service": (
        "iam",
        "get_role",
        {"RoleName": "nobody"},
        "AccessDenied",
        f"iam:GetRole on resource: arn:aws:iam::{ACCOUNT}:role/nobody because",
    ),
    "ec2": (
        "ec2",
        "describe_subnets",
        {},
        "UnauthorizedOperation",
        "ec2:DescribeSubnets because",
    ),
    "bucket": (
        "s3",
        "get_object",
        {"Bucket": "env", "Key": "a/b.env"},
        "AccessDenied",
        's3:GetObject on resource: "arn:aws:s3:::env/a/b.env" because',
    ),
    "tasks": (
        "ecs",
        "describe_tasks",
        {"cluster": "prod", "tasks": ["0a1b"]},
        "AccessDeniedException",
        f"ecs:DescribeTasks on resource: arn:aws:ecs:us-east-1:{ACCOUNT}:task/prod/0a1b because",
    ),
}


@pytest.mark.parametrize("case", DENIALS.values(), ids=DENIALS)
def test_denial_names_action_and_resource(
    nobody: Caller, secret: str, refused: Refused, case: tuple[str, str, dict[str, Any], str, str]
) -> None:
    """Each service has its code; all name the caller, the action, what it was on, and why."""
    api, operation, arguments, code, words = case
    who = f"User: arn:aws:sts::{ACCOUNT}:assumed-role/nobody/0a1b2c is not authorized to perform: "

    found = refused(getattr(nobody.client(api), operation), **arguments)

    assert code == found[0]
    assert who + words.replace("SECRET", secret) in found[1]


def test_passing_a_role_needs_its_own_permission(cloud: Cloud, refused: Refused) -> None:
    """RegisterTaskDefinition asks iam:PassRole for the execution role."""
    caller = role(cloud, "registrar", allow("ecs:RegisterTaskDefinition"))
    containers = [{"name": "a", "image": "b"}]

    found = refused(
        caller.client("ecs").register_task_definition,
        family="web",
        containerDefinitions=containers,
        executionRoleArn="arn:aws:iam::123456789012:role/reader",
    )

    assert (
        "iam:PassRole on resource: arn:aws:iam::123456789012:role/reader because no identity-based"
        in found[1]
    )


def test_endpoint_policy_is_enforced_at_its_endpoint(
    reader: Caller, secret: str, network: Network, refused: Refused
) -> None:
    """What an endpoint's policy leaves out is refused there, and let through elsewhere."""
    policy = {
        "Statement": [
            {"Effect": "Allow", "Principal": "*", "Action": "secretsmanager:List*", "Resource": "*"}
        ]
    }
    endpoint = network.endpoint("secretsmanager", PolicyDocument=json.dumps(policy))["VpcEndpointId"]

    found = refused(reader.through(endpoint).client("secretsmanager").get_secret_value, SecretId=secret)

    assert found[1].endswith("because no VPC endpoint policy allows the secretsmanager:GetSecretValue action")
    assert "{}" == reader.client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"]


def test_endpoint_policy_holds_for_what_needs_no_permission(
    reader: Caller, network: Network, refused: Refused
) -> None:
    """GetCallerIdentity is free, and still passes no endpoint that forgets it."""
    policy = {
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole", "Resource": "*"}]
    }
    endpoint = network.endpoint("sts", PolicyDocument=json.dumps(policy))["VpcEndpointId"]

    found = refused(reader.through(endpoint).client("sts").get_caller_identity)

    assert "AccessDenied" == found[0]
    assert found[1].endswith("because no VPC endpoint policy allows the sts:GetCallerIdentity action")


def test_secret_of_another_region_has_its_own_policy(cloud: Cloud, reader: Caller, refused: Refused) -> None:
    """The resource's region decides where its policy is looked up."""
    away = cloud.client("secretsmanager", "eu-west-1")
    statement = {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}
    arn = away.create_secret(Name="away", SecretString="x")["ARN"]
    before = reader.client("secretsmanager", "eu-west-1").get_secret_value(SecretId="away")["SecretString"]
    away.put_resource_policy(SecretId=arn, ResourcePolicy=json.dumps({"Statement": [statement]}))

    found = refused(reader.client("secretsmanager", "eu-west-1").get_secret_value, SecretId="away")

    assert "x" == before
    assert f"{arn} with an explicit deny in a resource-based policy" in found[1]


def test_resource_policy_may_insist_on_an_endpoint(
    cloud: Cloud, reader: Caller, network: Network, refused: Refused
) -> None:
    """A secret's policy sees aws:SourceVpce: through the endpoint it opens, past it it does not."""
    endpoint = network.endpoint("secretsmanager")["VpcEndpointId"]
    condition = {"StringNotEquals": {"aws:SourceVpce": endpoint}}
    statement = {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", "Condition": condition}
    own = cloud.client("secretsmanager")
    arn = own.create_secret(Name=f"behind-{endpoint}", SecretString="x")["ARN"]
    own.put_resource_policy(SecretId=arn, ResourcePolicy=json.dumps({"Statement": [statement]}))

    found = refused(reader.client("secretsmanager").get_secret_value, SecretId=arn)

    assert found[1].endswith("with an explicit deny in a resource-based policy")
    assert (
        "x"
        == reader.through(endpoint).client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
    )


def test_boundary_limits_a_role(cloud: Cloud, secret: str, refused: Refused) -> None:
    """A role's boundary must allow too."""
    boundary = cloud.client("iam").create_policy(
        PolicyName="boundary", PolicyDocument=json.dumps(allow("ecr:*"))
    )
    caller = role(cloud, "bounded", allow("*"), boundary["Policy"]["Arn"])

    found = refused(caller.client("secretsmanager").get_secret_value, SecretId=secret)

    assert found[1].endswith(
        "because no permissions boundary allows the secretsmanager:GetSecretValue action"
    )


def test_secret_under_a_customers_key_needs_the_key(cloud: Cloud, reader: Caller, refused: Refused) -> None:
    """Secrets Manager decrypts with the caller's permission, and says so when it has none."""
    key = cloud.client("kms").create_key()["KeyMetadata"]["KeyId"]
    cloud.client("secretsmanager").create_secret(Name="locked", SecretString="x", KmsKeyId=key)
    allowed = role(cloud, "unlocker", allow("secretsmanager:GetSecretValue", "kms:Decrypt"))

    found = refused(reader.client("secretsmanager").get_secret_value, SecretId="locked")

    assert ("AccessDeniedException", "Access to KMS is not allowed") == found
    assert "x" == allowed.client("secretsmanager").get_secret_value(SecretId="locked")["SecretString"]


def test_secure_parameter_under_a_customers_key_needs_the_key(cloud: Cloud, refused: Refused) -> None:
    """SSM refuses the whole batch in KMS's words; AWS's own key asks nothing."""
    key = cloud.client("kms").create_key()["KeyMetadata"]["KeyId"]
    ssm = cloud.client("ssm")
    ssm.put_parameter(Name="/app/locked", Value="x", Type="SecureString", KeyId=key)
    ssm.put_parameter(Name="/app/open", Value="x", Type="SecureString")
    own = role(cloud, "parameters", allow("ssm:GetParameters")).client("ssm")
    names = ["/app/open", "/app/locked"]

    code, message = refused(own.get_parameters, Names=names, WithDecryption=True)

    assert ("AccessDeniedException", True) == (
        code,
        "because no identity-based policy allows the kms:Decrypt action (Service: AWSKMS; " in message,
    )
    assert ["x"] == [
        each["Value"] for each in own.get_parameters(Names=names[:1], WithDecryption=True)["Parameters"]
    ]


def test_managed_execution_policy_gives_a_registry_token(cloud: Cloud) -> None:
    """AWS's AmazonECSTaskExecutionRolePolicy is known and evaluated."""
    caller = role(cloud, "exec", allow("ecs:DescribeClusters"))
    cloud.client("iam").attach_role_policy(
        RoleName="exec", PolicyArn="arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
    )

    found = caller.client("ecr").get_authorization_token()["authorizationData"][0]

    assert f"https://{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com" == found["proxyEndpoint"]


STRANGERS = {
    "json": ("secretsmanager", "list_secrets", "UnrecognizedClientException"),
    "query": ("sts", "get_caller_identity", "InvalidClientTokenId"),
    "ec2": ("ec2", "describe_vpcs", "AuthFailure"),
    "s3": ("s3", "list_buckets", "InvalidAccessKeyId"),
}


@pytest.mark.parametrize(("api", "operation", "code"), STRANGERS.values(), ids=STRANGERS)
def test_unknown_keys_are_refused(
    reader: Caller, refused: Refused, api: str, operation: str, code: str
) -> None:
    """A key that was never given out is refused with each protocol's code."""
    stranger = replace(reader, keys=replace(reader.keys, access_key="ASIAAAAAAAAAAAAAAAAA"))

    assert code == refused(getattr(stranger.client(api), operation))[0]


def test_token_of_another_session_is_refused(reader: Caller, nobody: Caller, refused: Refused) -> None:
    """A key holds only together with its own token."""
    mixed = replace(reader, keys=replace(reader.keys, token=nobody.keys.token))

    assert "UnrecognizedClientException" == refused(mixed.client("ecs").list_clusters)[0]


def test_expired_session_is_told_so(cloud: Cloud, refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys end when they say."""
    caller = role(cloud, "late", allow("*"))
    past = replace(caller.keys, expiration=datetime(2020, 1, 1, tzinfo=UTC))
    monkeypatch.setitem(cloud.iam._issued, past.access_key, past)

    assert "ExpiredTokenException" == refused(caller.client("ecs").list_clusters)[0]


def test_role_is_assumed_by_whom_it_trusts(cloud: Cloud) -> None:
    """A service that the trust policy does not name gets no keys; a role that is not there gives none."""
    role(cloud, "trusting", allow("*"))
    arn = f"arn:aws:iam::{ACCOUNT}:role/trusting"

    with pytest.raises(NotAssumable, match="does not admit lambda"):
        cloud.iam.assume(arn, "lambda.amazonaws.com", "x")
    with pytest.raises(NotAssumable, match="does not exist"):
        cloud.iam.assume(f"{arn}-2", "ecs-tasks.amazonaws.com", "x")


def test_operator_may_everything(cloud: Cloud) -> None:
    """The person at the desk is a user with AdministratorAccess."""
    given = cloud.operator_credentials()
    keys = replace(
        role(cloud, "desk", allow("*")).keys,
        access_key=given["AWS_ACCESS_KEY_ID"],
        secret_key=given["AWS_SECRET_ACCESS_KEY"],
    )
    operator = Caller(cloud, replace(keys, token=""))

    answer = operator.client("ecs").list_clusters()

    assert 200 == answer["ResponseMetadata"]["HTTPStatusCode"]


SIMULATED = {
    "allowed": ("secretsmanager:GetSecretValue", "allowed"),
    "not-mentioned": ("ecr:BatchGetImage", "implicitDeny"),
}


@pytest.mark.parametrize(("action", "verdict"), SIMULATED.values(), ids=SIMULATED)
def test_simulation_decides_as_the_call_would(
    cloud: Cloud, reader: Caller, action: str, verdict: str
) -> None:
    """SimulatePrincipalPolicy, which moto lacks, answers by the same evaluation."""
    arn = reader.keys.role_arn
    answer = cloud.client("iam").simulate_principal_policy(PolicySourceArn=arn, ActionNames=[action])

    assert [(action, verdict)] == [
        (result["EvalActionName"], result["EvalDecision"]) for result in answer["EvaluationResults"]
    ]


def test_simulation_says_what_limits_the_role(cloud: Cloud) -> None:
    """The boundary's own answer stands beside the decision, page by page."""
    iam = cloud.client("iam")
    boundary = iam.create_policy(PolicyName="edge", PolicyDocument=json.dumps(allow("ecr:*")))
    arn = role(cloud, "limited", allow("*"), boundary["Policy"]["Arn"]).keys.role_arn
    actions = ["secretsmanager:GetSecretValue", "ecr:BatchGetImage", "logs:PutLogEvents"]
    pages = iam.get_paginator("simulate_principal_policy").paginate(
        PolicySourceArn=arn, ActionNames=actions, PaginationConfig={"PageSize": 2}
    )

    results = [result for page in pages for result in page["EvaluationResults"]]

    assert [("implicitDeny", False), ("allowed", True), ("implicitDeny", False)] == [
        (one["EvalDecision"], one["PermissionsBoundaryDecisionDetail"]["AllowedByPermissionsBoundary"])
        for one in results
    ]


def test_simulation_evaluates_conditions_with_the_entries_it_is_given(cloud: Cloud) -> None:
    """A key that no entry brings is absent, and said to be missing."""
    policy = allow("secretsmanager:GetSecretValue")
    policy["Statement"][0]["Condition"] = {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}
    arn = role(cloud, "conditional", policy).keys.role_arn
    entry = {
        "ContextKeyName": "aws:RequestedRegion",
        "ContextKeyValues": ["us-east-1"],
        "ContextKeyType": "string",
    }
    asked = {"PolicySourceArn": arn, "ActionNames": ["secretsmanager:GetSecretValue"]}
    iam = cloud.client("iam")

    given = iam.simulate_principal_policy(**asked, ContextEntries=[entry])["EvaluationResults"][0]
    lacking = iam.simulate_principal_policy(**asked)["EvaluationResults"][0]

    assert ("allowed", "implicitDeny", ["aws:RequestedRegion"]) == (
        given["EvalDecision"],
        lacking["EvalDecision"],
        lacking["MissingContextValues"],
    )


USUAL = {
    "aws-default-key-policy": {"Bool": {"kms:GrantIsForAWSResource": "true"}},
    "bucket-of-encrypted-objects": {"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}},
    "bucket-of-modern-tls": {"NumericLessThan": {"s3:TlsVersion": "1.2"}},
    "service-linked-roles": {"StringLike": {"iam:AWSServiceName": "ecs.amazonaws.com"}},
}


@pytest.mark.parametrize("condition", USUAL.values(), ids=USUAL)
def test_what_everybody_writes_can_be_evaluated(cloud: Cloud, condition: dict[str, Any]) -> None:
    """Conditions on calls that no start makes, which stand in AWS's own examples."""
    before = cloud.iam.lacks()
    policy = allow("*")
    policy["Statement"][0] |= {"Effect": "Deny", "Condition": condition}
    name = "usual-" + next(key for keys in condition.values() for key in keys).replace(":", "-")
    role(cloud, name, policy)

    assert before == cloud.iam.lacks()


def test_a_policy_that_cannot_be_evaluated_is_known_beforehand(cloud: Cloud) -> None:
    """Where a call of the start could meet it; a condition on another service's action is idle."""
    unknown = {"Condition": {"StringEquals": {"aws:Weather": "fair"}}}
    policy = allow("dynamodb:GetItem")
    policy["Statement"][0] |= unknown
    role(cloud, "elsewhere", policy)
    before = cloud.iam.lacks()
    policy["Statement"][0]["Action"] = ["secretsmanager:*"]
    name = "stormy"
    role(cloud, name, policy)
    after = cloud.iam.lacks()
    cloud.client("iam").delete_role_policy(RoleName=name, PolicyName="inline")

    assert ((), ("the condition key aws:Weather in the policy of stormy",)) == (before, after)
