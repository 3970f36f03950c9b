"""Errands at a healthy lab's desk: tasks that run, tasks that cannot, and what ECS says of them.

Started by the lab: ``python -m probe.lab healthy-private -- python -m tests.lab.fargate.errands``.  Writes
one JSON object: each errand's name to what DescribeTasks (or the refusal) said.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT = 40.0
SLEEPER = "trap 'exit 9' TERM; while true; do sleep 0.05; done"
SPOT = [{"capacityProvider": "FARGATE_SPOT"}]
LOOK = """
import json, os, urllib.request
def get(url):
    return json.load(urllib.request.urlopen(url))
metadata = os.environ["ECS_CONTAINER_METADATA_URI_V4"]
task = get(metadata + "/task")
keys = get("http://169.254.170.2" + os.environ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"])
open("/results/s3", "w").write("12")
print(json.dumps({
    "resolv.conf": open("/etc/resolv.conf").read(),
    "cluster": task["Cluster"],
    "task": task["TaskARN"],
    "zone": task["AvailabilityZone"],
    "role": keys["RoleArn"],
    "names": sorted(os.environ),
    "secret": os.environ["DB_PASSWORD"],
    "override": os.environ["EXTRA"],
    "pid": os.getpid(),
    "volume": oct(os.stat("/results").st_mode & 0o777) + " %d" % os.stat("/results").st_uid,
}))
"""
REPORT = "import sys; sys.exit(int(open('/results/s3').read()))"


class Desk:
    """The healthy service's own settings, and the clients to work with them."""

    def __init__(self) -> None:
        self.ecs, self.ec2, self.iam = (boto3.client(one) for one in ("ecs", "ec2", "iam"))
        service = self.ecs.describe_services(cluster="prod", services=["checkout"])["services"][0]
        written = self.ecs.describe_task_definition(taskDefinition=service["taskDefinition"])
        self.definition = written["taskDefinition"]
        self.container = self.definition["containerDefinitions"][0]
        self.network = service["networkConfiguration"]
        self.role = self.definition["executionRoleArn"]
        self._count = 0

    def register(self, *containers: Mapping[str, Any], **fields: Any) -> str:
        self._count += 1
        made = self.ecs.register_task_definition(
            **{
                "family": f"errand-{self._count}",
                "networkMode": "awsvpc",
                "requiresCompatibilities": ["FARGATE"],
                "cpu": "256",
                "memory": "512",
                "executionRoleArn": self.role,
                "containerDefinitions": list(containers),
                **fields,
            }
        )
        return str(made["taskDefinition"]["taskDefinitionArn"])

    def run(self, definition: str, **fields: Any) -> str:
        request = {"cluster": "prod", "launchType": "FARGATE", "networkConfiguration": self.network, **fields}
        return str(self.ecs.run_task(taskDefinition=definition, **request)["tasks"][0]["taskArn"])

    def ended(self, task: str) -> dict[str, Any]:
        deadline = time.monotonic() + LIMIT
        while time.monotonic() < deadline:
            found: dict[str, Any] = self.ecs.describe_tasks(cluster="prod", tasks=[task])["tasks"][0]
            if found["lastStatus"] == "STOPPED":
                return found
            time.sleep(0.05)
        raise TimeoutError(f"{task} is still {found['lastStatus']}")

    def rolled_out(self, service: str) -> str:
        """How a service's deployment ended."""
        deadline, state = time.monotonic() + LIMIT, "IN_PROGRESS"
        while state == "IN_PROGRESS" and time.monotonic() < deadline:
            time.sleep(0.05)
            found = self.ecs.describe_services(cluster="prod", services=[service])["services"][0]
            state = str(found["deployments"][0]["rolloutState"])
        return state

    def plain(self, **fields: Any) -> dict[str, Any]:
        """A container that needs its image and nothing else."""
        return {"name": "app", "image": self.container["image"], "entryPoint": ["true"], **fields}

    def with_secret(self, reference: str) -> dict[str, Any]:
        return self.plain(secrets=[{"name": "VALUE", "valueFrom": reference}])

    @property
    def secret(self) -> str:
        return str(self.container["secrets"][0]["valueFrom"])


def main() -> None:
    desk = Desk()
    found: dict[str, Any] = {"look": looked(desk), "refused": refused(desk), "user": stopped(desk)}
    found["refused services"], found["anew"] = refused_services(desk), anew(desk)
    stocked(desk)
    found["values"] = desk.ended(desk.run(desk.register(with_values(desk))))
    found |= told(desk, {name: make(desk) for name, make in WRONG.items()})
    for name, (fault, make) in BROKEN.items():
        with fault(desk):
            found |= told(desk, {name: make(desk)})
    json.dump(found, sys.stdout, default=str)


def told(desk: Desk, tasks: Mapping[str, str]) -> dict[str, Any]:
    return {name: desk.ended(task) for name, task in tasks.items()}


def looked(desk: Desk) -> dict[str, Any]:
    """The probe's own shape: a container that looks around, a reporter, a verdict, one volume."""
    mounts = [{"sourceVolume": "results", "containerPath": "/results"}]
    look = {
        **desk.container,
        "name": "look",
        "entryPoint": ["python", "-c"],
        "command": [LOOK],
        "essential": False,
        "mountPoints": mounts,
    }
    report = desk.plain(name="s3", entryPoint=["python", "-c"], command=[REPORT], mountPoints=mounts)
    report |= {"essential": False, "dependsOn": [{"containerName": "look", "condition": "COMPLETE"}]}
    verdict = desk.plain(name="verdict", entryPoint=["sh", "-c"], command=["exit 17"])
    verdict |= {"dependsOn": [{"containerName": one, "condition": "COMPLETE"} for one in ("look", "s3")]}
    overrides = {
        "taskRoleArn": desk.role,
        "containerOverrides": [{"name": "look", "environment": [{"name": "EXTRA", "value": "seven"}]}],
    }
    definition = desk.register(look, report, verdict, volumes=[{"name": "results"}])
    fields = {"overrides": overrides, "clientToken": "once", "startedBy": "errand"}
    first, again = desk.run(definition, **fields), desk.run(definition, **fields)
    task = desk.ended(first)
    stream = f"app/look/{first.rsplit('/', 1)[-1]}"
    events = boto3.client("logs").get_log_events(logGroupName="/ecs/checkout", logStreamName=stream)["events"]
    stopped = desk.ecs.list_tasks(cluster="prod", startedBy="errand", desiredStatus="STOPPED")["taskArns"]
    return {"task": task, "again": again, "said": json.loads(events[0]["message"]), "listed": stopped}


def stopped(desk: Desk) -> dict[str, Any]:
    """A task that a user stops, which hears SIGTERM."""
    task = desk.run(desk.register(desk.plain(entryPoint=["sh", "-c"], command=[SLEEPER])))
    while desk.ecs.describe_tasks(cluster="prod", tasks=[task])["tasks"][0]["lastStatus"] != "RUNNING":
        time.sleep(0.05)
    desk.ecs.stop_task(cluster="prod", task=task, reason="enough")
    return desk.ended(task)


def anew(desk: Desk) -> list[str]:
    """A service that is deleted and made again under its name: what each came to."""
    named = {"cluster": "prod", "serviceName": "anew"}
    definition = desk.register(desk.plain(entryPoint=["sh", "-c"], command=[SLEEPER]))
    wanted = {"launchType": "FARGATE", "networkConfiguration": desk.network, "desiredCount": 1}
    came = []
    for _ in range(2):
        desk.ecs.create_service(**named, taskDefinition=definition, **wanted)
        came.append(desk.rolled_out("anew"))
        desk.ecs.delete_service(cluster="prod", service="anew", force=True)
    return came


def stocked(desk: Desk) -> None:
    """Parameters and environment files, a way to them, and a role that may read them."""
    model = the_endpoint(desk, "secretsmanager")
    desk.ec2.create_vpc_endpoint(
        VpcId=model["VpcId"],
        VpcEndpointType="Interface",
        ServiceName=model["ServiceName"].replace("secretsmanager", "ssm"),
        SubnetIds=model["SubnetIds"],
        SecurityGroupIds=[one["GroupId"] for one in model["Groups"]],
        PrivateDnsEnabled=True,
    )
    ssm, s3 = boto3.client("ssm"), boto3.client("s3")
    ssm.put_parameter(Name="/checkout/url", Value="https://example.com", Type="String")
    ssm.put_parameter(Name="bare", Value="yes", Type="String")
    ssm.put_parameter(Name="/billing/url", Value="https://example.com", Type="String")
    s3.create_bucket(Bucket="settings")
    s3.put_object(Bucket="settings", Key="app/one.env", Body=b"# first\nA=1\nB=x=y\n")
    parameters = [f"arn:aws:ssm:*:*:parameter/{name}" for name in ("checkout/*", "bare")]
    statements = [
        {"Effect": "Allow", "Action": "ssm:GetParameters", "Resource": parameters},
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::settings/*"},
    ]
    desk.iam.put_role_policy(
        RoleName=desk.role.rsplit("/", 1)[-1],
        PolicyName="more",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statements}),
    )


def with_values(desk: Desk) -> dict[str, Any]:
    """A container that ends well only when every kind of reference came with its value."""
    right = '[ "$URL $BARE $A $B" = "https://example.com yes 1 x=y" ]'
    url = "arn:aws:ssm:us-east-1:123456789012:parameter/checkout/url"
    secrets = [{"name": "URL", "valueFrom": url}, {"name": "BARE", "valueFrom": "bare"}]
    files = [env_file("one.env")]
    words = {"entryPoint": ["sh", "-c"], "command": [right], "secrets": secrets, "environmentFiles": files}
    # The role may not make groups: the driver asks for one only where its stream finds none.
    return logging_to(desk, "/ecs/checkout", **{"awslogs-create-group": "true"}) | words


def env_file(name: str) -> dict[str, str]:
    return {"type": "s3", "value": f"arn:aws:s3:::settings/app/{name}"}


def refused(desk: Desk) -> dict[str, str]:
    """What RunTask says to requests that it does not take."""
    definition = desk.register(desk.plain())
    plan = [{"name": "app", "environment": [{"name": "PLAN", "value": "x" * 8192}]}]
    network = {"awsvpcConfiguration": {"subnets": ["subnet-0123456789abcdef0"]}}
    requests: dict[str, dict[str, Any]] = {
        "cluster": {"cluster": "nowhere"},
        "definition": {"taskDefinition": "nothing:1"},
        "subnet": {"networkConfiguration": network},
        "overrides": {"overrides": {"containerOverrides": plan}},
        "container": {"overrides": {"containerOverrides": [{"name": "ghost"}]}},
        "provider": {"launchType": None, "capacityProviderStrategy": SPOT},
        "both": {"capacityProviderStrategy": SPOT},
        "instances": {"launchType": "EC2"},
        "platform": {"platformVersion": "9.9.9"},
        "old-platform": {"platformVersion": "1.3.0"},
        "size": {"overrides": {"cpu": "300"}},
        "none": {"count": 0},
    }
    return {name: refusal(desk, {"taskDefinition": definition, **one}) for name, one in requests.items()}


def refused_services(desk: Desk) -> dict[str, str]:
    """What CreateService, UpdateService and DeleteCluster say to what RunTask would not take either."""
    service = {
        "cluster": "prod",
        "serviceName": "other",
        "taskDefinition": desk.definition["taskDefinitionArn"],
        "launchType": "FARGATE",
        "networkConfiguration": desk.network,
        "desiredCount": 1,
    }
    without = {name: value for name, value in service.items() if name != "launchType"}
    held = {"cluster": "prod", "service": "checkout"}
    requests: dict[str, tuple[str, dict[str, Any]]] = {
        "provider": ("create_service", without | {"capacityProviderStrategy": SPOT}),
        "both": ("create_service", service | {"capacityProviderStrategy": SPOT}),
        "platform": ("create_service", service | {"platformVersion": "9.9.9"}),
        "again": ("create_service", service | {"serviceName": "checkout"}),
        "change": ("update_service", held | {"capacityProviderStrategy": SPOT}),
        "cluster": ("delete_cluster", {"cluster": "prod"}),
    }
    return {name: complaint(desk, operation, **fields) for name, (operation, fields) in requests.items()}


def complaint(desk: Desk, operation: str, **fields: Any) -> str:
    try:
        getattr(desk.ecs, operation)(**fields)
    except ClientError as error:
        return str(error)
    return "accepted"


def refusal(desk: Desk, fields: Mapping[str, Any]) -> str:
    request = {"cluster": "prod", "launchType": "FARGATE", "networkConfiguration": desk.network, **fields}
    return complaint(
        desk, "run_task", **{name: value for name, value in request.items() if value is not None}
    )


# -- Tasks that cannot start, by what is wrong with them ----------------------------------------------


def unassumable(desk: Desk) -> str:
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = desk.iam.create_role(RoleName="not-for-ecs", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    return desk.run(desk.register(desk.plain()), overrides={"executionRoleArn": role})


def logging_to(desk: Desk, group: str, **more: str) -> dict[str, Any]:
    driver = desk.container["logConfiguration"]
    options = {**driver["options"], "awslogs-group": group, **more}
    return desk.plain(logConfiguration={**driver, "options": options})


def other_image(desk: Desk, old: str, new: str) -> dict[str, Any]:
    return desk.plain(image=desk.container["image"].replace(old, new))


def other_secret() -> str:
    made = boto3.client("secretsmanager").create_secret(Name="billing/key", SecretString="{}")
    return str(made["ARN"])


WRONG: dict[str, Callable[[Desk], str]] = {
    "role": unassumable,
    "tag": lambda desk: desk.run(desk.register(other_image(desk, ":1.0", ":2.0"))),
    "name": lambda desk: desk.run(desk.register(desk.plain(image="registry.example.com/app:1"))),
    "secret-absent": lambda desk: desk.run(desk.register(desk.with_secret(desk.secret[:-6] + "AAAAAA"))),
    "secret-denied": lambda desk: desk.run(desk.register(desk.with_secret(other_secret()))),
    "secret-key": lambda desk: desk.run(desk.register(desk.with_secret(f"{desk.secret}:user::"))),
    "parameter-absent": lambda desk: desk.run(desk.register(desk.with_secret("/checkout/nothing"))),
    "parameter-denied": lambda desk: desk.run(desk.register(desk.with_secret("/billing/url"))),
    "env-file": lambda desk: desk.run(desk.register(desk.plain(environmentFiles=[env_file("two.env")]))),
    "architecture": lambda desk: desk.run(
        desk.register(desk.plain(), runtimePlatform={"cpuArchitecture": "ARM64"})
    ),
    "group": lambda desk: desk.run(desk.register(logging_to(desk, "/ecs/checkout:nothing"))),
    "log-region": lambda desk: desk.run(
        desk.register(logging_to(desk, "/ecs/checkout", **{"awslogs-region": ""}))
    ),
    "log-switch": lambda desk: desk.run(
        desk.register(logging_to(desk, "/ecs/checkout", **{"awslogs-create-group": "yes"}))
    ),
    "log-option": lambda desk: desk.run(desk.register(logging_to(desk, "/ecs/checkout", speed="fast"))),
    "region": lambda desk: desk.run(
        desk.register(logging_to(desk, "/ecs/checkout", **{"awslogs-region": "mars-north-1"}))
    ),
    "program": lambda desk: desk.run(desk.register(desk.plain(entryPoint=["no-such-program"]))),
}


# -- Tasks that cannot start, by what is wrong with the network ---------------------------------------


@contextmanager
def closed(desk: Desk, suffix: str) -> Iterator[None]:
    """An interface endpoint behind a group that admits nobody."""
    endpoint = the_endpoint(desk, suffix)
    group = desk.ec2.create_security_group(
        GroupName=f"closed-{suffix}", Description="-", VpcId=endpoint["VpcId"]
    )
    old = [one["GroupId"] for one in endpoint["Groups"]]
    swap(desk, endpoint, add=[group["GroupId"]], remove=old)
    yield
    swap(desk, endpoint, add=old, remove=[group["GroupId"]])


def swap(desk: Desk, endpoint: Mapping[str, Any], *, add: list[str], remove: list[str]) -> None:
    desk.ec2.modify_vpc_endpoint(
        VpcEndpointId=endpoint["VpcEndpointId"], AddSecurityGroupIds=add, RemoveSecurityGroupIds=remove
    )


@contextmanager
def cut_off(desk: Desk) -> Iterator[None]:
    """The S3 gateway endpoint without its route tables."""
    endpoint = the_endpoint(desk, "s3")
    name, tables = endpoint["VpcEndpointId"], endpoint["RouteTableIds"]
    desk.ec2.modify_vpc_endpoint(VpcEndpointId=name, RemoveRouteTableIds=tables)
    yield
    desk.ec2.modify_vpc_endpoint(VpcEndpointId=name, AddRouteTableIds=tables)


def the_endpoint(desk: Desk, suffix: str) -> dict[str, Any]:
    every = desk.ec2.describe_vpc_endpoints()["VpcEndpoints"]
    found: dict[str, Any] = next(one for one in every if one["ServiceName"].endswith(f".{suffix}"))
    return found


def plain(desk: Desk) -> str:
    return desk.run(desk.register(desk.plain()))


BROKEN: dict[str, tuple[Callable[[Desk], Any], Callable[[Desk], str]]] = {
    "ecr.api": (lambda desk: closed(desk, "ecr.api"), plain),
    "ecr.dkr": (lambda desk: closed(desk, "ecr.dkr"), plain),
    "s3": (cut_off, plain),
    "secretsmanager": (
        lambda desk: closed(desk, "secretsmanager"),
        lambda desk: desk.run(desk.register(desk.with_secret(desk.secret))),
    ),
    "logs": (
        lambda desk: closed(desk, "logs"),
        lambda desk: desk.run(desk.register(logging_to(desk, "/ecs/checkout"))),
    ),
}

if __name__ == "__main__":
    main()
