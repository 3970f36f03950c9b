"""The container by hand: flags instead of a plan, for whoever has a shell in the VPC and no launcher."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click

from probe import plan
from probe.endpoints import SERVICES, asked_for, is_region
from probe.model import Target, Work


def work(arguments: Sequence[str]) -> Work:
    """The work that the flags ask for.  ``ValueError`` with one line for people where they are wrong."""
    try:
        found = command.main(args=list(arguments), prog_name="python -m probe", standalone_mode=False)
    except click.ClickException as error:
        raise ValueError(f"cannot start: {error.format_message()}; see --help") from None
    except ValueError as error:
        raise ValueError(f"cannot start: {error}; see --help") from None
    if not isinstance(found, Work):
        raise SystemExit(0)  # --help has spoken
    return found


@click.command()
@click.option("--services", default="", help=f"Services to probe, by comma: ecr, {', '.join(SERVICES)}.")
@click.option("--host", "hosts", multiple=True, metavar="HOST:PORT[,...]", help="Other hosts.")
@click.option("--expect-blocked", "blocked", multiple=True, metavar="HOST:PORT[,...]", help="Not these.")
@click.option("--region", envvar="AWS_REGION", required=True, help="The region of the services.")
@click.option("--account", default="000000000000", help="The account of the ECR registry.")
@click.option("--timeout", "connect_timeout", default=8.0, help="Seconds for one step.")
@click.option("--deadline", default=60.0, help="Seconds for everything.")
def command(
    *,
    services: str,
    hosts: tuple[str, ...],
    blocked: tuple[str, ...],
    region: str,
    account: str,
    **times: float,
) -> Work:
    """Probe services and hosts from here, and exit with the code of the lowest broken layer."""
    if not is_region(region):
        raise ValueError(f"unknown region {region}: no partition of AWS has a region of that form")
    asked = asked_for(_listed([services]))
    others = [plan.host_target(host, region) for host in _listed(hosts)]
    others += [plan.blocked_target(host, region) for host in _listed(blocked)]
    found = plan.targets((), region=region, account=account, services=asked, hosts=others)
    return Work(
        run="by-hand",
        subnet="here",
        region=region,
        targets=tuple(target for target in found if _wanted(target, asked)),
        connect_timeout=times["connect_timeout"],
        deadline=times["deadline"],
    )


def _listed(values: Iterable[str]) -> list[str]:
    """Repeated and comma-separated values alike; an empty one, as a template's default is, counts as none."""
    return [part.strip() for value in values for part in value.split(",") if part.strip()]


def _wanted(target: Target, asked: Sequence[str]) -> bool:
    return target.service in asked or target.service == "host"
