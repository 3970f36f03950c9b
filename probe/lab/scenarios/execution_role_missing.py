"""A public image with an environment file in S3, which ECS registers without an execution role."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    s3, ecs, net = aws.client("s3"), aws.client("ecs"), world.nat_vpc(aws)
    s3.create_bucket(Bucket="checkout-settings")
    s3.put_object(Bucket="checkout-settings", Key="checkout.env", Body=b"DB_HOST=db.internal\n")
    world.push_image(aws, "public.ecr.aws/nginx/nginx", "1.27")
    container = {
        "name": "checkout",
        "image": "public.ecr.aws/nginx/nginx:1.27",
        "environmentFiles": [{"value": "arn:aws:s3:::checkout-settings/checkout.env", "type": "s3"}],
    }
    ecs.create_cluster(clusterName="prod")
    ecs.register_task_definition(
        family="checkout",
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="256",
        memory="512",
        containerDefinitions=[container],
    )
    network = {"subnets": list(net.subnets), "securityGroups": [net.task_group]}
    ecs.create_service(
        cluster="prod",
        serviceName="checkout",
        taskDefinition="checkout",
        desiredCount=1,
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": network},
    )


EXPECT = expect(findings=[("execution-role-missing", "checkout:1")], exit_code=15)
