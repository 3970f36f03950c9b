"""The container by hand: flags instead of a plan, for whoever has a shell in the VPC and no launcher."""

from __future__ import annotations

from collections.abc import Sequence

import click

from probe import plan
from probe.endpoints import SERVICES
from probe.model import Target, Work

FAMILIES = {"ecr": ("ecr.api", "ecr.dkr")}
"""Words that people say for several endpoints."""


def work(arguments: Sequence[str]) -> Work:
    """The work that the flags ask for.  ``ValueError`` with one line for people where they are wrong."""
    try:
        found = command.main(args=list(arguments), prog_name="python -m probe", standalone_mode=False)
    except click.ClickException as error:
        raise ValueError(f"cannot start: {error.format_message()}; see --help") from None
    if not isinstance(found, Work):
        raise SystemExit(0)  # --help has spoken
    return found


@click.command()
@click.option("--services", default="", help=f"Services to probe, by comma: ecr, {', '.join(SERVICES)}.")
@click.option("--host", "hosts", multiple=True, metavar="HOST:PORT", help="Another host; may be repeated.")
@click.option("--region", envvar="AWS_REGION", required=True, help="The region of the services.")
@click.option("--account", default="000000000000", help="The account of the ECR registry.")
@click.option("--timeout", default=8.0, help="Seconds for one step.")
@click.option("--deadline", default=60.0, help="Seconds for everything.")
def command(
    services: str, hosts: tuple[str, ...], region: str, account: str, timeout: float, deadline: float
) -> Work:
    """Probe services and hosts from here, and exit with the code of the lowest broken layer."""
    asked = _endpoints(services)
    found = plan.targets(
        (),
        region=region,
        account=account,
        services=asked,
        hosts=tuple(plan.host_target(host, region) for host in hosts),
    )
    return Work(
        run="by-hand",
        subnet="here",
        region=region,
        targets=tuple(target for target in found if _wanted(target, asked)),
        connect_timeout=timeout,
        deadline=deadline,
    )


def _endpoints(written: str) -> tuple[str, ...]:
    words = [word.strip() for word in written.split(",") if word.strip()]
    found = [endpoint for word in words for endpoint in FAMILIES.get(word, (word,))]
    unknown = [word for word in found if word not in SERVICES]
    if unknown:
        raise click.BadParameter(f"{', '.join(unknown)}: not one of ecr, {', '.join(SERVICES)}")
    return tuple(found)


def _wanted(target: Target, asked: Sequence[str]) -> bool:
    return target.service in asked or target.service == "host"
