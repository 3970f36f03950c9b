"""Where run-probe begins and ends: every error becomes one line, what to do about it, and an exit code."""

from __future__ import annotations

import gc
import sys
import traceback
from collections.abc import Sequence
from itertools import pairwise
from typing import NoReturn

import click

from probe.cli import cleaning, explaining, outlets, printing, probing, requiring
from probe.exits import Exit
from probe.launch.refused import RefusedError

commands = probing.run_probe
for command in (explaining.explain, requiring.requirements, cleaning.cleanup):
    commands.add_command(command)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line, the process's own by default; it ends with the code of README's table."""
    if arguments is None:
        # So short a life leaves little to collect, and looking for it takes a fifth of the processor's time.
        gc.disable()
    form = _form(sys.argv[1:] if arguments is None else arguments)
    with outlets.unread() as lost:
        try:
            code = commands.main(arguments, prog_name="run-probe", standalone_mode=False)
        except click.exceptions.Exit as end:
            code = end.exit_code
        except click.ClickException as error:
            code = _complain(_one_line(error), "run-probe --help shows every option", form)
        except RefusedError as error:
            code = _complain(str(error), error.advice, form)
        except (KeyboardInterrupt, click.exceptions.Abort):
            why = "told to stop: what the run had made was taken away again"
            sys.stderr.write(f"{why}\n")
            code = printing.broken(why, Exit.OUT_OF_TIME, form)
        except Exception as error:  # noqa: BLE001  the one home of a broad except: whatever it is, the tool broke
            traceback.print_exc()
            code = printing.broken(f"the tool broke: {type(error).__name__}", Exit.TOOL_BROKE, form)
    sys.exit(_unwritten(lost) if lost else int(code or 0))


def _unwritten(lost: Sequence[str]) -> Exit:
    sys.stderr.write(f"cannot write the output: {lost[0]}\n  what was printed is not the whole of it\n")
    return Exit.TOOL_BROKE


def _form(arguments: Sequence[str]) -> str:
    """The output that was asked for last, as far as a command line that may not even parse tells."""
    form = "text"
    for argument, following in pairwise([*arguments, ""]):
        name, written, value = argument.partition("=")
        if name == "--output":
            form = value if written else following
    return form


def _complain(line: str, advice: str, form: str) -> Exit:
    sys.stderr.write(f"{line}\n  {advice}\n")
    return printing.broken(line, Exit.USAGE, form)


def _one_line(error: click.ClickException) -> str:
    return " ".join(error.format_message().split())
