"""``run-probe cleanup``: what a killed run left is found and taken away."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

import click

from probe.cli.durations import duration
from probe.exits import Exit


@click.command()
@click.option(
    "--older-than",
    callback=duration,
    default="1h",
    show_default=True,
    metavar="DURATION",
    help="Spare what is younger: a run that is still under way, perhaps a colleague's, is. 0 spares nothing.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
@click.option(
    "--logs",
    is_flag=False,
    flag_value="",
    metavar="[PREFIX]",
    help="Delete the log streams that probes wrote, too: in log groups that begin with PREFIX, or in all.",
)
@click.option("--cluster", help="Only this cluster's tasks; every cluster's of the region without it.")
@click.option("--region", help="The AWS region, as the AWS CLI takes it.")
@click.option("--profile", help="The AWS CLI's profile.")
def cleanup(
    *,
    older_than: timedelta,
    dry_run: bool,
    logs: str | None,
    cluster: str | None,
    region: str | None,
    profile: str | None,
) -> Exit:
    """Remove what killed runs left: tasks, task definitions, functions, roles.

    Only what has the tag run-probe is touched, and only once it is older than --older-than: give that
    longer than the longest --timeout that anybody runs with.

    Ends with 0 when nothing older is left, with 21 when something is (a dry run removes nothing, and AWS
    releases a function's interfaces late: clean up again), and with 15 when something could not be
    looked for or removed.
    """
    from probe.launch import leftovers, sessions

    session = sessions.open_session(profile=profile, region=region)
    scope = leftovers.Scope(older_than=older_than, cluster=cluster, log_groups=logs, dry_run=dry_run)
    fates = set()
    for line in leftovers.sweep(session, scope):
        click.echo(str(line))
        fates.add(line.fate.name)
    if not fates:
        click.echo("nothing of run-probe is left")
    return code_of(fates)


def code_of(fates: Collection[str]) -> Exit:
    """How a cleaning ends, by the names of the fates of what it came across."""
    if {"UNSEEN", "REFUSED"} & set(fates):
        return Exit.IDENTITY
    return Exit.OUT_OF_TIME if {"LEFT", "WOULD_GO"} & set(fates) else Exit.HEALTHY
