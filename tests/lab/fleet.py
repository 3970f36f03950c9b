"""In a lab's seat: several services, and several roles of a VPC without one, each in one run.

Started by the lab and not by pytest: ``python -m probe.lab SCENARIO -- python tests/lab/fleet.py FILE``.
Writes one JSON object a line: each act's exit code and streams, and how many probes ECS was asked for.
"""

from __future__ import annotations

import sys

import boto3

from tests.lab.rehearsal import commanded, of_ec2, told

SERVICES = ("--cluster", "prod", "--like-service", "checkout,billing,search")
ROLES = ("--role", "tasks,billing-execution")


def main() -> None:
    """The services in a run that is kept, which is compared with itself and read by people; and the roles."""
    kept = sys.argv[1]
    told("services", counted(*SERVICES, "--save", kept))
    told(
        "compared",
        commanded("--replay", kept, "--baseline", kept, "--regressions-only", "--output", "json"),
    )
    told("roles", counted(*network(), *ROLES))
    told("text", commanded("--replay", kept))


def network() -> tuple[str, ...]:
    """What a VPC without a service is probed by: where the services are, as if there were none."""
    ids = {name: identity for identity, name in of_ec2().items()}
    subnets = f"{ids['prod-private-us-east-1a']},{ids['prod-private-us-east-1b']}"
    return ("--cluster", "prod", "--subnets", subnets, "--security-groups", ids["service"])


def counted(*arguments: str) -> dict[str, object]:
    """One run, and the probes that it started."""
    before = probes()
    ended = commanded(*arguments, "--output", "json")
    return ended | {"probes": probes() - before}


def probes() -> int:
    """Tasks of the probe that ECS shows, stopped ones among them."""
    ecs = boto3.client("ecs")
    pages = ecs.get_paginator("list_tasks").paginate(
        cluster="prod", family="run-probe", desiredStatus="STOPPED"
    )
    return sum(len(page["taskArns"]) for page in pages)


if __name__ == "__main__":
    main()
