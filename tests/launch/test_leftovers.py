"""What killed runs left is found by its tag, told from what is somebody's, and taken away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest

from probe.launch import leftovers
from probe.launch.leftovers import Fate, Scope
from probe.launch.leftovers.sweep import spoken
from tests.clients import Answer, answering

ECS = "arn:aws:ecs:us-east-1:123456789012"
CLUSTER, TASK, DEFINITION = f"{ECS}:cluster/prod", f"{ECS}:task/prod/1", f"{ECS}:task-definition/run-probe:7"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:run-probe-0a1b2c3d-subnet-1"
ROLE = "arn:aws:iam::123456789012:role/run-probe-0a1b2c3d"
STREAM = "app/checkout/probe-0a1b2c3d-subnet-1"
ALIKE = f"{ECS}:task-definition/run-probe-x:7"
LATE = "AWS releases it some time after its function is gone"
RUN, TAGS = "0a1b2c3d", [{"key": "run-probe", "value": "0a1b2c3d"}]
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OLD, YOUNG = NOW - timedelta(hours=3), NOW - timedelta(minutes=3)
DENIED = (
    "User: arn:aws:iam::123456789012:user/ops is not authorized to perform: {0} "
    "on resource: {1} because no identity-based policy allows the {0} action"
)
Script = dict[str, list[Answer]]


class Account(NamedTuple):
    """A session whose clients were all scripted."""

    clients: Mapping[str, Any]

    def client(self, service: str) -> Any:
        return self.clients[service]


@contextmanager
def account(script: Script) -> Iterator[Account]:
    with ExitStack() as stack:
        yield Account({name: stack.enter_context(answering(name, told)) for name, told in script.items()})


def swept(script: Script, **scope: Any) -> list[str]:
    with account(NOTHING | script) as session:
        chosen: dict[str, Any] = {"older_than": timedelta(hours=1), "cluster": "prod", "now": NOW} | scope
        return [str(line) for line in leftovers.sweep(session, Scope(**chosen))]


def refused(answer: Answer, action: str, resource: str = "*") -> Answer:
    return answer._replace(code="AccessDeniedException", words=DENIED.format(action, resource), status=403)


def listed(arns: Sequence[str] = (), cluster: str = "prod") -> Answer:
    return Answer("list_tasks", {"cluster": cluster, "family": "run-probe"}, {"taskArns": list(arns)})


def described(made: datetime, tags: Any, cluster: str = "prod") -> Answer:
    asked = {"cluster": cluster, "tasks": [TASK], "include": ["TAGS"]}
    return Answer("describe_tasks", asked, {"tasks": [{"taskArn": TASK, "createdAt": made, "tags": tags}]})


def registered(*arns: str) -> Answer:
    asked = {"familyPrefix": "run-probe", "status": "ACTIVE"}
    return Answer("list_task_definitions", asked, {"taskDefinitionArns": list(arns)})


def deregistered(*arns: str) -> Answer:
    asked = {"familyPrefix": "run-probe", "status": "INACTIVE"}
    return Answer("list_task_definitions", asked, {"taskDefinitionArns": list(arns)})


def definition(**described: Any) -> Answer:
    asked = {"taskDefinition": DEFINITION, "include": ["TAGS"]}
    found = described or {"registeredAt": OLD}
    return Answer("describe_task_definition", asked, {"taskDefinition": found, "tags": TAGS})


def functions(made: datetime = OLD, tags: Mapping[str, str] | None = None) -> list[Answer]:
    found = {
        "FunctionName": FUNCTION.rpartition(":")[2],
        "FunctionArn": FUNCTION,
        "LastModified": made.strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
    }
    other = found | {"FunctionName": "checkout", "FunctionArn": FUNCTION + "x"}
    return [
        Answer("list_functions", {}, {"Functions": [other, found]}),
        Answer("list_tags", {"Resource": FUNCTION}, {"Tags": {"run-probe": RUN} if tags is None else tags}),
    ]


def roles() -> list[Answer]:
    found = {
        "Path": "/",
        "RoleName": "run-probe-0a1b2c3d",
        "RoleId": "AROAEXAMPLEEXAMPLE",
        "Arn": ROLE,
        "CreateDate": OLD,
    }
    tags = [{"Key": "run-probe", "Value": RUN}]
    return [
        Answer("list_roles", {}, {"Roles": [found | {"RoleName": "admin"}, found]}),
        Answer("list_role_tags", {"RoleName": "run-probe-0a1b2c3d"}, {"Tags": tags}),
    ]


def interfaces(*descriptions: str) -> Answer:
    filters = [{"Name": "description", "Values": ["AWS Lambda VPC ENI-run-probe-*"]}]
    found = [{"NetworkInterfaceId": "eni-1", "Description": one} for one in descriptions]
    return Answer("describe_network_interfaces", {"Filters": filters}, {"NetworkInterfaces": found})


def log_groups(*names: str) -> Answer:
    made = int(OLD.timestamp() * 1000)
    found = [{"logGroupName": name, "creationTime": made} for name in names]
    return Answer(
        "describe_log_groups", {"logGroupNamePrefix": "/aws/lambda/run-probe-"}, {"logGroups": found}
    )


LEASED = interfaces("AWS Lambda VPC ENI-run-probe-0a1b2c3d-subnet-1-9f8e", "AWS Lambda VPC ENI-run-probe-x")
NOTHING: Script = {
    "ecs": [listed(), deregistered(), registered()],
    "lambda": [Answer("list_functions", {}, {"Functions": []})],
    "iam": [Answer("list_roles", {}, {"Roles": []})],
    "ec2": [interfaces()],
    "logs": [log_groups()],
}
STOP = Answer("stop_task", {"cluster": "prod", "task": TASK, "reason": "run-probe cleanup"})
DEREGISTER = Answer("deregister_task_definition", {"taskDefinition": DEFINITION})
DELETE = Answer("delete_task_definitions", {"taskDefinitions": [DEFINITION]})
LOG = "/aws/lambda/run-probe-0a1b2c3d-subnet-1"
DROP = Answer("delete_function", {"FunctionName": FUNCTION.rpartition(":")[2]})
UNDRESS = [
    Answer(
        "list_attached_role_policies",
        {"RoleName": "run-probe-0a1b2c3d"},
        {"AttachedPolicies": [{"PolicyName": "p", "PolicyArn": "arn:aws:iam::aws:policy/p12345678901"}]},
    ),
    Answer(
        "detach_role_policy",
        {"RoleName": "run-probe-0a1b2c3d", "PolicyArn": "arn:aws:iam::aws:policy/p12345678901"},
    ),
    Answer("list_role_policies", {"RoleName": "run-probe-0a1b2c3d"}, {"PolicyNames": ["inline"]}),
    Answer("delete_role_policy", {"RoleName": "run-probe-0a1b2c3d", "PolicyName": "inline"}),
    Answer("delete_role", {"RoleName": "run-probe-0a1b2c3d"}),
]
TASK_LINE, DEFINITION_LINE = (
    f"task {TASK} of run {RUN}, 3 h old",
    f"task definition {DEFINITION} of run {RUN}, 3 h old",
)
FUNCTION_LINE, ROLE_LINE = f"function {FUNCTION} of run {RUN}, 3 h old", f"role {ROLE} of run {RUN}, 3 h old"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ({}, []),
        (
            {"ecs": [listed([TASK]), described(OLD, TAGS), STOP, deregistered(), registered()]},
            [f"removed: {TASK_LINE}: told to stop"],
        ),
        ({"ecs": [listed([TASK]), described(OLD, []), deregistered(), registered()]}, []),
        (
            {"ecs": [listed([TASK]), described(YOUNG, TAGS), deregistered(), registered()]},
            [f"kept: task {TASK} of run {RUN}, 3 min old: younger than 1 h"],
        ),
        (
            {
                "ecs": [
                    listed(),
                    deregistered(),
                    registered(ALIKE, DEFINITION),
                    definition(),
                    DEREGISTER,
                    DELETE,
                ]
            },
            [f"removed: {DEFINITION_LINE}"],
        ),
        (
            {"ecs": [listed(), deregistered(DEFINITION), definition(), DELETE, registered()]},
            [f"removed: {DEFINITION_LINE}"],
        ),
        (
            {"ecs": [listed(), deregistered(), registered(DEFINITION), definition(family="run-probe")]},
            [f"kept: task definition {DEFINITION} of run {RUN}: its age is not known"],
        ),
        ({"lambda": [*functions(), DROP]}, [f"removed: {FUNCTION_LINE}"]),
        ({"lambda": functions(tags={})}, []),
        (
            {"lambda": [*functions(), DROP._replace(code="ResourceNotFoundException")]},
            [f"removed: {FUNCTION_LINE}: it was gone already"],
        ),
        (
            {"lambda": [*functions(), DROP._replace(code="ResourceConflictException")]},
            [f"still there: {FUNCTION_LINE}: AWS is still busy making it"],
        ),
        ({"iam": [*roles(), *UNDRESS]}, [f"removed: {ROLE_LINE}"]),
        (
            {
                "logs": [
                    log_groups("/aws/lambda/run-probe-x", LOG),
                    Answer("delete_log_group", {"logGroupName": LOG}),
                ]
            },
            [f"removed: log group {LOG} of run {RUN}, 3 h old"],
        ),
        (
            {"ec2": [LEASED]},
            [f"still there: interface eni-1 of run {RUN}: {LATE}"],
        ),
        (
            {"lambda": functions(YOUNG), "ec2": [LEASED]},
            [
                f"kept: function {FUNCTION} of run {RUN}, 3 min old: younger than 1 h",
                f"kept: interface eni-1 of run {RUN}: its run is younger than 1 h",
            ],
        ),
    ],
    ids=[
        "nothing",
        "task",
        "task-of-somebody",
        "task-under-way",
        "definitions",
        "definition-not-deleted-yet",
        "definition-of-unknown-age",
        "function",
        "function-of-somebody",
        "function-gone",
        "function-pending",
        "role-with-its-policies",
        "log-group-of-a-function",
        "interface-late",
        "function-under-way",
    ],
)
def test_what_is_old_and_tagged_goes(script: Script, expected: list[str]) -> None:
    """A name is not enough, and neither is the tag of a run that may still be under way."""
    assert expected == swept(script)


def test_a_dry_run_changes_nothing() -> None:
    """It asks everything and says what would go."""
    script = {
        "ecs": [listed([TASK]), described(OLD, TAGS), deregistered(), registered(DEFINITION), definition()],
        "lambda": functions(),
        "iam": roles(),
    }
    expected = [f"{Fate.WOULD_GO}: {line}" for line in (TASK_LINE, DEFINITION_LINE, FUNCTION_LINE, ROLE_LINE)]
    assert expected == swept(script, dry_run=True)


def test_an_age_of_zero_spares_nothing() -> None:
    """Not even what a clock ahead of ours made."""
    ahead = NOW + timedelta(minutes=5)
    script = {"ecs": [listed([TASK]), described(ahead, TAGS), STOP, deregistered(), registered()]}
    told = swept(script, older_than=timedelta())
    assert [f"removed: task {TASK} of run {RUN}, 0 s old: told to stop"] == told


@pytest.mark.parametrize(
    ("script", "scope", "unseen"),
    [
        (
            {"ecs": [refused(listed(), "ecs:ListTasks"), deregistered(), registered()]},
            {},
            ("tasks in prod", "ecs:ListTasks"),
        ),
        (
            {"ecs": [refused(Answer("list_clusters", {}), "ecs:ListClusters"), deregistered(), registered()]},
            {"cluster": None},
            ("tasks in every cluster (--cluster names one)", "ecs:ListClusters"),
        ),
        (
            {"ecs": [listed(), refused(deregistered(), "ecs:ListTaskDefinitions"), registered()]},
            {},
            ("task definitions", "ecs:ListTaskDefinitions"),
        ),
        (
            {"lambda": [refused(functions()[0], "lambda:ListFunctions")]},
            {},
            ("functions", "lambda:ListFunctions"),
        ),
        (
            {"lambda": [functions()[0], refused(functions()[1], "lambda:ListTags")]},
            {},
            ("a function's tags", "lambda:ListTags"),
        ),
        ({"iam": [refused(roles()[0], "iam:ListRoles")]}, {}, ("roles", "iam:ListRoles")),
        (
            {"ec2": [refused(LEASED, "ec2:DescribeNetworkInterfaces")]},
            {},
            ("interfaces", "ec2:DescribeNetworkInterfaces"),
        ),
        (
            {
                "logs": [
                    log_groups(),
                    refused(Answer("describe_log_groups", {}), "logs:DescribeLogGroups"),
                ]
            },
            {"log_groups": ""},
            ("log groups", "logs:DescribeLogGroups"),
        ),
    ],
    ids=["tasks", "clusters", "definitions", "functions", "tags", "roles", "interfaces", "log-groups"],
)
def test_what_cannot_be_looked_for_is_said(
    script: Script, scope: dict[str, Any], unseen: tuple[str, str]
) -> None:
    """A denied listing is never "nothing left", and every other search goes on."""
    (line,) = swept(script, **scope)
    what, action = unseen
    assert line.startswith(f"could not look: cannot look for {what}: {action} on * is denied; allow {action}")


def test_a_refused_removal_is_said_and_the_rest_goes_on() -> None:
    """With the action and the thing."""
    script = {
        "ecs": [
            listed([TASK]),
            described(OLD, TAGS),
            refused(STOP, "ecs:StopTask", TASK),
            deregistered(),
            registered(DEFINITION),
            definition(),
            DEREGISTER,
            DELETE,
        ]
    }
    first, second = swept(script)
    assert first.startswith(
        f"could not remove: {TASK_LINE}: ecs:StopTask on {TASK} is denied; allow ecs:StopTask"
    )
    assert f"removed: {DEFINITION_LINE}" == second


def test_every_cluster_is_looked_through() -> None:
    """One that is refused hides no other."""
    other = f"{ECS}:cluster/test"
    script = {
        "ecs": [
            Answer("list_clusters", {}, {"clusterArns": [other, CLUSTER]}),
            refused(listed(cluster=other), "ecs:ListTasks"),
            listed([TASK], CLUSTER),
            described(YOUNG, TAGS, CLUSTER),
            deregistered(),
            registered(),
        ]
    }
    fates = [line.partition(":")[0] for line in swept(script, cluster=None)]
    assert ["could not look", "kept"] == fates


def test_log_streams_go_when_asked() -> None:
    """Those that a probe's name tells, in the groups of that prefix; the service's own stay."""
    made = int(OLD.timestamp() * 1000)
    names = (STREAM, "app/checkout/0123", "app/probe-0a1b2c3d-subnet-1/0123")
    streams = [{"logStreamName": name, "creationTime": made} for name in names]
    group = {"logGroupName": "/ecs/checkout"}
    script = {
        "logs": [
            log_groups(),
            Answer("describe_log_groups", {"logGroupNamePrefix": "/ecs/"}, {"logGroups": [group]}),
            Answer("describe_log_streams", group, {"logStreams": streams}),
            Answer("delete_log_stream", group | {"logStreamName": STREAM}),
        ]
    }
    expected = [f"removed: log stream /ecs/checkout:{STREAM} of run {RUN}, 3 h old"]
    assert expected == swept(script, log_groups="/ecs/")


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(seconds=59.9), "59 s"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=23), "23 h"),
        (timedelta(days=2, hours=5), "2 d"),
    ],
    ids=["seconds", "minutes", "hours", "days"],
)
def test_an_age_is_said_in_its_largest_unit(age: timedelta, expected: str) -> None:
    """Rounded down, so that nothing looks older than it is."""
    assert expected == spoken(age)
