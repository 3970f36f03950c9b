"""Every code has its page, every page its code, and the page says what a reader comes for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from probe.diagnosis.catalogue import CATALOGUE, page

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "findings"
HEADINGS = ["What it means", "How it was established", "Before and after", "What looks alike"]


def test_codes_and_pages_are_the_same() -> None:
    """No code without a page, and no page of a code that is gone."""
    assert sorted(CATALOGUE) == sorted(path.stem for path in PAGES.glob("*.md"))


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_page_has_its_title_headings_languages_and_a_link(code: str) -> None:
    """What it means, how it was established, before and after in two languages, what looks alike."""
    text = (ROOT / page(code)).read_text(encoding="utf-8")
    said = (
        text.splitlines()[:3:2],
        re.findall(r"^## (.+)$", text, re.MULTILINE),
        re.findall(r"^```(\w+)$", text, re.MULTILINE),
        "AWS: <https://docs.aws.amazon.com/" in text,
    )
    assert ([f"# {code}", f"{CATALOGUE[code].title}."], HEADINGS, ["sh", "sh", "hcl", "hcl"], True) == said


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_page_mentions_only_codes_that_exist(code: str) -> None:
    """What looks alike is named by codes; a renamed one would be a dead end."""
    text = (ROOT / page(code)).read_text(encoding="utf-8").partition("## What looks alike")[2]
    shaped = {found for found in re.findall(r"`([a-z0-9]+(?:-[a-z0-9]+){2,})`", text) if "." not in found}
    assert set() == shaped - CATALOGUE.keys()
