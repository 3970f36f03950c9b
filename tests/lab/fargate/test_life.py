"""Tasks in a lab: what runs, what cannot, and that ECS tells it in the words of Fargate."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

import pytest

pytestmark = pytest.mark.lab

TASK = r"[0-9a-f]{32}"
ANSWERED = r"https response error StatusCode: 400, RequestID: [0-9a-f-]{36}, "
SECRET = r"arn:aws:secretsmanager:us-east-1:123456789012:secret:[\w/-]+"
IMAGE = r"123456789012\.dkr\.ecr\.us-east-1\.amazonaws\.com/checkout:1\.0"
STAGE_ONE = "ResourceInitializationError: unable to pull secrets or registry auth: "
NOT_NETWORK = STAGE_ONE + "execution resource retrieval failed: unable to retrieve secret from asm: "
LOGGER = "ResourceInitializationError: failed to validate logger args: "


@pytest.fixture(scope="module")
def said() -> dict[str, Any]:
    """What every errand brought back, all run in one healthy lab."""
    lab = [sys.executable, "-m", "probe.lab", "healthy-private", "--"]
    errands = [sys.executable, "-m", "tests.lab.fargate.errands"]
    done = subprocess.run([*lab, *errands], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


REASONS = {
    "role": r"ECS was unable to assume the role 'arn:aws:iam::123456789012:role/not-for-ecs' .*",
    "tag": r"CannotPullContainerError: pull image manifest has been retried 7 time\(s\): "
    r"failed to resolve ref 123456789012\.dkr\.ecr\.us-east-1\.amazonaws\.com/checkout:2\.0: not found",
    "name": r'CannotPullContainerError: .* Head "https://registry\.example\.com/v2/app/manifests/1": '
    r"dial tcp: lookup registry\.example\.com on 10\.0\.0\.2:53: no such host",
    "secret-absent": re.escape(NOT_NETWORK) + r"service call has been retried 1 time\(s\): failed to fetch "
    rf"secret {SECRET} from secrets manager: operation error Secrets Manager: GetSecretValue, {ANSWERED}"
    r"ResourceNotFoundException: Secrets Manager can't find the specified secret\.",
    "secret-denied": re.escape(NOT_NETWORK) + r"service call has been retried 1 time\(s\): failed to fetch "
    rf"secret {SECRET} from secrets manager: operation error Secrets Manager: GetSecretValue, {ANSWERED}"
    r"api error AccessDeniedException: User: "
    rf"arn:aws:sts::123456789012:assumed-role/checkout-execution/{TASK} "
    rf"is not authorized to perform: secretsmanager:GetSecretValue on resource: {SECRET} "
    r"because no identity-based policy allows the secretsmanager:GetSecretValue action",
    "secret-key": re.escape(NOT_NETWORK) + r"service call has been retried 1 time\(s\): "
    r"invalid character 'c' looking for beginning of value",
    "parameter-absent": r"ResourceInitializationError: invalid ssm parameters: /checkout/nothing",
    "parameter-denied": re.escape(STAGE_ONE) + r"execution resource retrieval failed: unable to retrieve "
    r"secrets from ssm: service call has been retried 1 time\(s\): operation error SSM: GetParameters, "
    rf"{ANSWERED}api error AccessDeniedException: User: .*/{TASK} is not authorized to perform: "
    r"ssm:GetParameters on resource: arn:aws:ssm:us-east-1:123456789012:parameter/billing/url because no "
    r"identity-based policy allows the ssm:GetParameters action",
    "env-file": r"ResourceInitializationError: failed to download env files: service call has been retried "
    r"1 time\(s\): operation error S3: HeadObject, https response error StatusCode: 40[34], api error .*",
    "architecture": r"CannotStartContainerError: .*: exec true: exec format error: unknown",
    "group": re.escape(LOGGER) + r"create stream has been retried 1 times: failed to create Cloudwatch log "
    rf"stream: operation error CloudWatch Logs: CreateLogStream, {ANSWERED}"
    r"ResourceNotFoundException: The specified log group does not exist\. : exit status 1",
    "log-region": re.escape(LOGGER) + r"Cannot determine region for awslogs driver : exit status 1",
    "log-switch": re.escape(LOGGER) + r"must specify valid value for log opt 'awslogs-create-group': "
    r'strconv\.ParseBool: parsing "yes": invalid syntax : exit status 1',
    "log-option": re.escape(LOGGER) + r"unknown log opt 'speed' for awslogs log driver : exit status 1",
    "region": re.escape(LOGGER) + r"create stream has been retried 1 times: failed to create Cloudwatch log "
    r"stream: .*logs\.mars-north-1\.amazonaws\.com on 10\.0\.0\.2:53: no such host : exit status 1",
    "program": r"CannotStartContainerError: .* "
    r'exec: "no-such-program": executable file not found in \$PATH: unknown',
    "ecr.api": re.escape(STAGE_ONE) + r"The task cannot pull registry auth from Amazon ECR: There is a "
    r"connection issue between the task and Amazon ECR\. Check your task network configuration\. operation "
    r"error ECR: GetAuthorizationToken, exceeded maximum number of attempts, 3, https response error "
    r'StatusCode: 0, RequestID: , request send failed, Post "https://api\.ecr\.us-east-1\.amazonaws\.com/": '
    r"dial tcp 10\.0\.\d\.\d+:443: i/o timeout",
    "ecr.dkr": r"CannotPullContainerError: pull image manifest has been retried 7 time\(s\): "
    rf"failed to resolve ref {IMAGE}: failed to do request: Head "
    r'"https://123456789012\.dkr\.ecr\.us-east-1\.amazonaws\.com/v2/checkout/manifests/1\.0": '
    r"dial tcp 10\.0\.\d\.\d+:443: i/o timeout",
    "s3": rf"CannotPullContainerError: The task cannot pull {IMAGE} from the registry {IMAGE}\. There is a "
    r"connection issue between the task and the registry\. Check your task network configuration\. : failed "
    rf"to copy: httpReadSeeker: failed open: failed to do request: Get {IMAGE}: dial tcp "
    r"192\.0\.2\.\d+:443: i/o timeout",
    "secretsmanager": re.escape(STAGE_ONE) + r"unable to retrieve secret from asm: There is a connection "
    r"issue between the task and AWS Secrets Manager\. Check your task network configuration\. failed to "
    rf"fetch secret {SECRET} from secrets manager: operation error Secrets Manager: GetSecretValue, "
    r"https response error StatusCode: 0, RequestID: , canceled, context deadline exceeded",
    "logs": re.escape(LOGGER) + r"The task cannot find the Amazon CloudWatch log group defined in the task "
    r"definition\. There is a connection issue between the task and Amazon CloudWatch\. Check your network "
    r"configuration\. : signal: killed",
}


@pytest.mark.parametrize("errand", REASONS)
def test_a_task_that_cannot_start_says_why(errand: str, said: dict[str, Any]) -> None:
    """Its stop code is TaskFailedToStart, its reason Fargate's, and no container has an exit code."""
    task = said[errand]
    codes = [one.get("exitCode") for one in task["containers"]]
    assert ("TaskFailedToStart", [None]) == (task["stopCode"], codes)
    assert re.fullmatch(REASONS[errand], task["stoppedReason"]), task["stoppedReason"]


REACHED = {
    "role": set[str](),
    "secret-denied": {"connectivityAt"},
    "ecr.api": {"connectivityAt"},
    "ecr.dkr": {"connectivityAt", "pullStartedAt"},
    "group": {"connectivityAt", "pullStartedAt"},
    "s3": {"connectivityAt", "pullStartedAt"},
    "program": {"connectivityAt", "pullStartedAt", "pullStoppedAt"},
    "user": {"connectivityAt", "pullStartedAt", "pullStoppedAt", "startedAt"},
}


@pytest.mark.parametrize("errand", REACHED)
def test_the_times_of_a_task_show_how_far_it_came(errand: str, said: dict[str, Any]) -> None:
    """A stage that was not reached has no time; the beginning and the end always have one."""
    times = {name for name in said[errand] if name.endswith("At")}
    assert REACHED[errand] == times - {"createdAt", "stoppingAt", "executionStoppedAt", "stoppedAt"}


def test_every_exit_code_of_a_finished_task_is_told(said: dict[str, Any]) -> None:
    """The reporter exits with what the first container left in the volume, the essential one comes last."""
    task = said["look"]["task"]
    assert {"look": 0, "s3": 12, "verdict": 17} == {
        one["name"]: one["exitCode"] for one in task["containers"]
    }
    assert ("EssentialContainerExited", "Essential container in task exited") == (
        task["stopCode"],
        task["stoppedReason"],
    )


def test_every_kind_of_reference_comes_with_its_value(said: dict[str, Any]) -> None:
    """Parameters by ARN and by bare name, and variables of a file, all before the container starts."""
    assert [0] == [one["exitCode"] for one in said["values"]["containers"]]


def test_a_client_token_starts_one_task(said: dict[str, Any]) -> None:
    """The same request with the same token answers the first task again, which is listed once."""
    look = said["look"]
    assert [look["task"]["taskArn"]] * 2 == [look["again"], *look["listed"]]


def test_a_container_sees_its_task_and_nothing_of_the_lab(said: dict[str, Any]) -> None:
    """Resolver, metadata, the overriding role's credentials, secrets and overrides; a root-owned volume."""
    look, seen = said["look"], said["look"]["said"]
    expected = {
        "resolv.conf": "search ec2.internal\nnameserver 10.0.0.2\n",
        "cluster": look["task"]["clusterArn"],
        "task": look["task"]["taskArn"],
        "zone": look["task"]["availabilityZone"],
        "role": "arn:aws:iam::123456789012:role/checkout-execution",
        "secret": "correct horse battery staple",
        "override": "seven",
        "pid": 1,
        "volume": "0o755 0",
    }
    assert expected == {name: value for name, value in seen.items() if name != "names"}


def test_a_containers_environment_is_ecss(said: dict[str, Any]) -> None:
    """What Fargate sets, what was asked for, and the product's own trust settings: the lab's only hook."""
    ecs = {"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_EXECUTION_ENV", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"}
    ecs |= {"ECS_CONTAINER_METADATA_URI", "ECS_CONTAINER_METADATA_URI_V4", "PATH", "HOME"}
    hook = {"SSL_CERT_FILE", "AWS_CA_BUNDLE", "AWS_EC2_METADATA_DISABLED", "PYTHONPATH"}
    python = {"LC_CTYPE"}
    assert ecs | hook | python | {"DB_PASSWORD", "EXTRA"} == set(said["look"]["said"]["names"]) | python


def test_a_stopped_task_has_the_users_reason(said: dict[str, Any]) -> None:
    """Its container heard SIGTERM and chose its own exit code."""
    task = said["user"]
    assert ("UserInitiated", "enough", 9) == (
        task["stopCode"],
        task["stoppedReason"],
        task["containers"][0]["exitCode"],
    )


def test_an_interface_is_deleted_with_its_task(said: dict[str, Any]) -> None:
    """The attachment keeps its details."""
    (attachment,) = said["ecr.api"]["attachments"]
    details = {one["name"] for one in attachment["details"]}
    assert ("DELETED", "ElasticNetworkInterface") == (attachment["status"], attachment["type"])
    assert {"subnetId", "networkInterfaceId", "macAddress", "privateDnsName", "privateIPv4Address"} == details


TWO_WAYS = (
    "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again."
)
NO_PLATFORM = "The specified platform does not exist."
REFUSALS = {
    "cluster": "(ClusterNotFoundException) when calling the RunTask operation: Cluster not found.",
    "definition": "(ClientException) when calling the RunTask operation: Unable to describe task definition.",
    "subnet": "Error retrieving subnet information for [subnet-0123456789abcdef0]: The subnet ID "
    "'subnet-0123456789abcdef0' does not exist (ErrorCode: InvalidSubnetID.NotFound)",
    "overrides": "Container Overrides length must be at most 8192",
    "container": "Override for container named ghost is not a container in the TaskDefinition.",
    "provider": "a capacity provider that is not associated with the cluster.",
    "both": TWO_WAYS,
    "instances": "No Container Instances were found in your cluster.",
    "platform": "(PlatformUnknownException) when calling the RunTask operation: " + NO_PLATFORM,
    "old-platform": "the lab lacks this: the platform version 1.3.0",
    "size": "No Fargate configuration exists for given values: 300 CPU, 512 memory. See the Amazon ECS "
    "documentation for the valid values.",
    "none": "count should be between 1 and 10.",
}


@pytest.mark.parametrize("request_", REFUSALS)
def test_a_request_is_refused_in_the_words_of_ecs(request_: str, said: dict[str, Any]) -> None:
    """RunTask says what it does not take, and starts nothing."""
    assert said["refused"][request_].endswith(REFUSALS[request_])


REFUSED_SERVICES = {
    "provider": "a capacity provider that is not associated with the cluster.",
    "both": TWO_WAYS,
    "platform": NO_PLATFORM,
    "again": "Creation of service was not idempotent.",
    "change": "a capacity provider that is not associated with the cluster.",
    "cluster": "The Cluster cannot be deleted while Services are active.",
}


@pytest.mark.parametrize("request_", REFUSED_SERVICES)
def test_a_service_is_refused_where_its_tasks_would_be(request_: str, said: dict[str, Any]) -> None:
    """What RunTask does not take no service is made of, or changed to."""
    assert said["refused services"][request_].endswith(REFUSED_SERVICES[request_])


def test_a_service_made_again_under_its_name_is_another(said: dict[str, Any]) -> None:
    """What was deleted starts nothing any more."""
    assert ["COMPLETED", "COMPLETED"] == said["anew"]
