"""What the README and the pages beside it promise: short, complete, and leading somewhere."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import VARIABLES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def dependencies() -> Iterator[str]:
    """Every package pyproject.toml names, this one aside."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for group in (project["dependencies"], *project["optional-dependencies"].values()):
        yield from (re.split(r"[\[<>=~! ]", each)[0] for each in group)


def test_the_readme_can_be_read_in_three_minutes() -> None:
    assert len(README.split()) <= 800


def test_every_setting_is_told_of() -> None:
    table = (ROOT / "docs" / "run.md").read_text("utf-8").partition("## Install")[0]
    assert set(re.findall(r"`([A-Z]+_[A-Z_]+)`", table)) == set(VARIABLES)


def test_two_lines_run_the_bot_and_its_tests() -> None:
    block = README.split("```")[1].strip().splitlines()
    assert [line.split()[-1] for line in block] == ["run_bot.py", "pytest"]


def test_every_package_it_stands_on_has_its_reason() -> None:
    table = (ROOT / "docs" / "design.md").read_text("utf-8").partition("## What it stands on")[2]
    unnamed = {
        name for name in dependencies() if not re.search(rf"\b{name}\b", table, re.IGNORECASE)
    }
    assert unnamed <= {"telegram-faq-bot", "types-openpyxl"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.name))
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?://)([^)#]+)", page.read_text("utf-8"))
    assert all((page.parent / link).exists() for link in links)
