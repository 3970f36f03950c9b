"""README.md says what is: its exit codes, its --help, its commands."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from probe.exits import MEANING

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
COMMANDS = [
    line.removeprefix("$ ")
    for language, block in BLOCKS
    for line in block.replace("\\\n", "").splitlines()
    if language in {"sh", "console"} and re.match(r"(\$ )?(scripts/|run-probe)", line)
]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


@cache
def help_of(*subcommand: str) -> str:
    """What the command itself prints, at 80 columns."""
    ended = subprocess.run(
        [sys.executable, "-m", "probe.cli", *subcommand, "--help"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=os.environ | {"COLUMNS": "80", "PYTHONPATH": str(ROOT)},
    )
    return ended.stdout


def test_the_table_of_exit_codes_is_the_codes() -> None:
    """Every exit code stands in README with the meaning that the program prints, and no other."""
    table = re.findall(r"^\| (\d+) \| (.*?) \|$", README, re.MULTILINE)
    assert {int(code): meaning for code, meaning in table} == {int(c): text for c, text in MEANING.items()}


def test_the_help_is_the_commands_own() -> None:
    """The block after "run-probe --help" is what it prints."""
    (block,) = [text for language, text in BLOCKS if language == "text" and text.startswith("Usage: ")]
    assert block == help_of()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_that_is_printed_exists(command: str) -> None:
    """Its script can be executed, and the help of the command names each of its options."""
    words = command.partition("#")[0].split()
    script = ROOT / "scripts" / Path(words[0]).name
    assert os.access(script, os.X_OK)
    if script.name == "run-probe":
        subcommand = [word for word in words[1:2] if re.fullmatch(r"[a-z]+", word)]
        options = {word.partition("=")[0] for word in words if word.startswith("--")} - {"--help"}
        assert {option for option in options if option not in help_of(*subcommand)} == set()


def test_the_readme_prints_commands() -> None:
    """The rows above are not empty: the two commands that matter are among them."""
    assert {words.split()[0] for words in COMMANDS} >= {"scripts/run-probe", "scripts/test"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_links_to_what_is_there(page: Path) -> None:
    """Every relative link, and every file named in code quotes below docs or scripts, exists."""
    text = page.read_text()
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    named = re.findall(r"`((?:docs|scripts)/[a-z0-9._/-]+)`", text)
    missing = [link for link in links if not (page.parent / link).exists()]
    assert missing + [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_json_block_is_json(page: Path) -> None:
    """What is printed to be pasted parses."""
    blocks = re.findall(r"^```json\n(.*?)^```$", page.read_text(), re.DOTALL | re.MULTILINE)
    assert [type(json.loads(block)) for block in blocks] == [dict] * len(blocks)
