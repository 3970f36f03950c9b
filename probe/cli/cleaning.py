"""``run-probe cleanup``: what a killed run left is stopped and deregistered."""

from __future__ import annotations

import click


@click.command()
@click.option("--cluster", help="Only this cluster; every cluster of the region without it.")
@click.option("--region", help="The AWS region, as the AWS CLI takes it.")
@click.option("--profile", help="The AWS CLI's profile.")
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
def cleanup(*, cluster: str | None, region: str | None, profile: str | None, dry_run: bool) -> None:
    """Stop the tasks and deregister the task definitions that a killed run left behind."""
    from probe.launch import leftovers, sessions

    session = sessions.open_session(profile=profile, region=region)
    removed = 0
    for line in leftovers.remove(session, cluster=cluster, dry_run=dry_run):
        click.echo(line)
        removed += 1
    if not removed:
        click.echo("nothing of run-probe is left")
