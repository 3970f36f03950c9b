"""``python -m probe.lab SCENARIO -- COMMAND…``: run a command in the operator's seat of a built world."""

from __future__ import annotations

import argparse
import sys

from probe.lab import scenario, stage

USAGE = 2


def main(arguments: list[str]) -> int:
    """Check what was asked for, then run the session: the command's exit code, or 2."""
    ours, command = _split(arguments)
    options = parser().parse_args(ours)
    if options.list:
        sys.stdout.write("\n".join(scenario.names()) + "\n")
        return 0
    if options.scenario is None or not command:
        sys.stderr.write("nothing to run: python -m probe.lab SCENARIO -- COMMAND…\n")
        return USAGE
    switches = [f"--{name}" for name in ("verbose", "asked") if getattr(options, name)]
    flags = [f"--runtime={options.runtime}", *switches]
    try:
        path = scenario.find(options.scenario).resolve()
        if options.runtime == "podman":
            from probe.lab.fargate import podman  # and with it all of Fargate, which only the session needs

            podman.build()
        return stage.enter([*flags, str(path), "--", *command])
    except scenario.ScenarioError as error:
        sys.stderr.write(f"{error}\n  {error.advice}\n")
        return USAGE
    except stage.StageError as error:
        sys.stderr.write(f"{error}\n")
        return USAGE


def parser() -> argparse.ArgumentParser:
    """The lab's own options; what follows ``--`` is the command's."""
    made = argparse.ArgumentParser(
        prog="python -m probe.lab", usage="%(prog)s [options] SCENARIO -- COMMAND…"
    )
    made.add_argument("scenario", nargs="?", help="a scenario's file, or its name in the catalogue")
    made.add_argument(
        "--runtime", choices=["process", "podman"], default="process", help="what runs a task's containers"
    )
    made.add_argument("--verbose", action="store_true", help="say how long each step took")
    made.add_argument(
        "--asked", action="store_true", help="add the scenario's own arguments to the command, ids filled in"
    )
    made.add_argument("--list", action="store_true", help="name the scenarios of the catalogue")
    return made


def _split(arguments: list[str]) -> tuple[list[str], list[str]]:
    if "--" not in arguments:
        return arguments, []
    at = arguments.index("--")
    return arguments[:at], arguments[at + 1 :]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
