"""awslogs-create-group asks for a log group that does not exist, and the role may not make one."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
GROUPS = {"arn:aws:logs:*:*:log-group:/ecs/checkout-new*": ("logs:CreateLogStream", "logs:PutLogEvents")}


def build(aws: Any) -> None:
    options = {
        "awslogs-group": "/ecs/checkout-new",
        "awslogs-region": "us-east-1",
        "awslogs-stream-prefix": "app",
        "awslogs-create-group": "true",
    }
    logging = {"logDriver": "awslogs", "options": options}
    policy = world.execution_policy(also=GROUPS)
    world.service(aws, world.private_vpc(aws, azs=1), policy=policy, container={"logConfiguration": logging})


EXPECT = expect(
    findings=[("identity-policy-denies", "arn:aws:iam::123456789012:role/checkout-execution")], exit_code=15
)
