"""``run-probe`` itself: the main job's options, and what they choose to do."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click

from probe import __version__, forms
from probe.cli import interrupts, keeping, laboratory, printing, replaying
from probe.cli.durations import finite, lately
from probe.cli.flags import Flags
from probe.exits import Exit
from probe.launch.refused import RefusedError
from probe.plan import OversizedPlanError
from probe.report.document import Report
from probe.report.verdict import of_several


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--like-service",
    "service",
    multiple=True,
    metavar="NAME[,NAME...]",
    help="Probe like this service, in each of its subnets; like each of several.",
)
@click.option("--like-task", "task", metavar="ARN", help="Probe like this task.")
@click.option("--cluster", envvar="RUN_PROBE_CLUSTER", default="default", help="The ECS cluster.")
@click.option("--region", help="The AWS region, as the AWS CLI takes it.")
@click.option("--profile", help="The AWS CLI's profile.")
@click.option(
    "--subnets",
    multiple=True,
    metavar="ID[,ID...]",
    help="Probe these subnets: a VPC that has no service yet.",
)
@click.option(
    "--security-groups", multiple=True, metavar="ID[,ID...]", help="The groups of the tasks to come."
)
@click.option(
    "--role", multiple=True, metavar="ARN[,ARN...]", help="Their execution role, or each of several."
)
@click.option(
    "--task-definition",
    metavar="NAME",
    help="Their task definition: a file, a family or an ARN. Without one, what any task needs.",
)
@click.option("--assign-public-ip", is_flag=True, help="They will have public addresses.")
@click.option(
    "--services", multiple=True, metavar="NAME[,NAME...]", help="Count these as needed: ecr, s3, logs, ..."
)
@click.option("--host", "hosts", multiple=True, metavar="HOST:PORT", help="Reach this host too.")
@click.option(
    "--https-proxy",
    metavar="URL",
    help="The application's proxy for a --host on 443 or 8443; else its definition's HTTPS_PROXY.",
)
@click.option("--no-proxy", default="", metavar="NAME[,NAME...]", help="What it reaches without that proxy.")
@click.option(
    "--expect-private",
    is_flag=True,
    help="What is needed of AWS has to be reached by private addresses or a gateway endpoint.",
)
@click.option("--expect-blocked", multiple=True, metavar="HOST:PORT", help="This host must not be reachable.")
@click.option(
    "--probe-image", "image", envvar="RUN_PROBE_IMAGE", metavar="IMAGE", help="Where the probe's image is."
)
@click.option(
    "--pull-role", metavar="ARN", help="The role that pulls the probe's image, if not the service's."
)
@click.option(
    "--log-group", metavar="NAME", help="Where the probe logs; the definition's first group without it."
)
@click.option(
    "--carrier",
    type=click.Choice(["auto", "fargate", "function"]),
    default="auto",
    show_default=True,
    help="What to start.",
)
@click.option(
    "--function-role",
    envvar="RUN_PROBE_FUNCTION_ROLE",
    metavar="ARN",
    help="The role of a function that measures where no probe can start.",
)
@click.option(
    "--create-function-role",
    is_flag=True,
    help="Make such a role for this run instead, and remove it again.",
)
@click.option(
    "--no-get-secrets",
    "get_secrets",
    flag_value=False,
    default=True,
    help="Describe secrets, never read one; what that leaves unproven is said.",
)
@click.option(
    "--no-put-logs",
    "put_logs",
    flag_value=False,
    default=True,
    help="Write nothing to CloudWatch Logs: exit codes tell then.",
)
@click.option(
    "--since",
    callback=lately,
    metavar="DURATION",
    help="Show who changed what the findings are about, so long back: 2h, 3d.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=1),
    callback=finite,
    default=420.0,
    show_default=True,
    help="Seconds.",
)
@click.option("--output", type=click.Choice(["text", "json", "junit"]), default="text", show_default=True)
@click.option("--save", metavar="FILE", help="Keep the report, as JSON.")
@click.option("--baseline", metavar="FILE", help="Say what changed since a report that was kept.")
@click.option("--regressions-only", is_flag=True, help="Exit code 0 where nothing broke since the baseline.")
@click.option("--dry-run", is_flag=True, help="Print the exact requests as JSON and start nothing.")
@click.option("--no-launch", is_flag=True, help="Read the configuration alone; start nothing.")
@click.option("--replay", metavar="FILE", help="Diagnose a JSON report again, without a network.")
@click.option("--lab", metavar="SCENARIO", help="Do it in the lab: a VPC on this machine instead of AWS.")
@click.option(
    "--lab-runtime",
    type=click.Choice(["process", "podman"]),
    default="process",
    show_default=True,
    help="What runs the lab's containers.",
)
@click.version_option(__version__)
@click.pass_context
def run_probe(context: click.Context, /, **values: Any) -> None:
    """Measure from inside the VPC why a Fargate task cannot start, and name what to change."""
    if context.invoked_subcommand is None:
        context.exit(_chosen(context, forms.converted(values, Flags)))


def _chosen(context: click.Context, flags: Flags) -> Exit:
    """The job that the flags name; without any, an explanation."""
    if flags.lab is not None:
        laboratory.enter(flags.lab, flags.lab_runtime, sys.argv[1:], asked=flags.is_silent())
    flags.require_sense()
    if flags.replay is not None:
        return _replay(flags, flags.replay)
    if flags.is_silent():
        click.echo(context.get_help())
        return Exit.HEALTHY
    try:
        with interrupts.as_keyboard():
            return _probe(flags)
    except OversizedPlanError as error:
        raise RefusedError("cannot probe", str(error), "nothing was started") from error


def _probe(flags: Flags) -> Exit:
    """Read, plan, and either print the plan or carry it out."""
    from probe.launch import choosing, fleet, ladder, sessions

    subjects, wish, tell = flags.subjects(), flags.wish(), printing.progress()
    before = keeping.before(flags.baseline, flags.save)
    session = sessions.open_session(profile=flags.profile, region=flags.region)
    read = [choosing.read(session, subject, tell) for subject in subjects]
    if before:
        keeping.require_comparable(flags.baseline, before, [spec for spec, _ in read])
    wish = fleet.carrier([spec for spec, _ in read], wish, tell)
    parts = fleet.planned([ladder.prepare(spec, definition, wish) for spec, definition in read], wish)
    if flags.dry_run:
        for exact in fleet.requests(parts, wish, tell):
            click.echo(printing.requests(exact))
        return Exit.HEALTHY
    return _told(flags, before, fleet.climb(session, parts, wish, tell=tell, suppose=printing.suppose))


def _replay(flags: Flags, file: str) -> Exit:
    """A report's own facts, diagnosed again; its own comparison stays where no other is asked for."""
    before = keeping.before(flags.baseline, flags.save)
    reports = replaying.again(file)
    if before:
        keeping.require_comparable(flags.baseline, before, [report.spec for report in reports])
    return _told(flags, before, reports)


def _told(flags: Flags, before: Sequence[Report], reports: Sequence[Report]) -> Exit:
    """Compare, save and print; the exit code, which is 0 where only regressions count and there is none."""
    if before:
        reports = [keeping.compared(before, one, lenient=flags.regressions_only) for one in reports]
    if flags.save:
        keeping.save(reports, flags.save)
    printing.write(reports, flags.output)
    return of_several(
        [
            one.comparison.exit_code if one.comparison and flags.regressions_only else one.exit_code
            for one in reports
        ]
    )
