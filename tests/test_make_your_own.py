"""Every command and every example in docs/make-your-own.md works as it is written there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import docx
import pytest

from faq import load
from faq.__main__ import main
from faq.loader import ENTRY_FILES, content_files

GUIDE = Path(__file__).parents[1] / "docs" / "make-your-own.md"
FAQ, BOT = "uv run python -m faq ", "FAQ_CONTENT=my-faq uv run run_bot.py"
SETUP = {"pip install uv", "uv sync --extra semantic --extra curator --extra documents"}


def blocks(language: str) -> list[str]:
    """The fenced blocks of one language, in order."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", GUIDE.read_text("utf-8"), re.M | re.S)
    return [block for named, block in found if named == language]


COMMANDS = [line for block in blocks("") for line in block.splitlines()]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A curator's folder: the document is there, and the examples are typed off when due."""
    document = docx.Document()
    document.add_heading("House rules", 1)
    document.add_paragraph("Dogs are welcome on a lead. They stay out of the kitchen.")
    document.save(str(tmp_path / "our-rules.docx"))
    (tmp_path / "questions.jsonl").write_text(blocks("json")[0], "utf-8")
    monkeypatch.setenv("FAQ_ENCODER", "off")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_all_commands_run_in_the_order_of_the_guide(desk: Path) -> None:
    run = [line.removeprefix(FAQ) for line in COMMANDS if line.startswith(FAQ)]
    assert {line.split()[0] for line in run} == {
        "new",
        "check",
        "evaluate",
        "export",
        "import",
    }
    for command in run:
        assert main(shlex.split(command)) == 0, command
        if command.startswith("new"):
            (desk / "my-faq" / "entries.toml").write_text(blocks("toml")[0], "utf-8")
    assert load(desk / "my-faq").by_id["dogs"].quotes[0].text == "Dogs are welcome on a lead."
    assert (desk / "check.html").exists()
    assert (desk / "report.html").exists()


def test_no_command_is_left_unchecked() -> None:
    assert [line for line in COMMANDS if not line.startswith(FAQ)] == [*sorted(SETUP), BOT]
    root = GUIDE.parents[1]
    assert (root / "run_bot.py").exists()
    extras = (root / "pyproject.toml").read_text("utf-8")
    assert all(f"\n{name} = [" in extras for name in ("semantic", "curator", "documents"))


def test_the_files_it_explains_are_the_files_there_are(desk: Path) -> None:
    main(["new", "my-faq", "--document", "our-rules.docx"])
    explained = set(re.findall(r"^\| `([\w.]+)` \|", GUIDE.read_text("utf-8"), re.M))
    assert explained == {f.name for f in content_files(desk / "my-faq")}
    assert explained.issuperset(ENTRY_FILES)


def test_an_import_that_went_wrong_can_be_undone(desk: Path) -> None:
    main(["new", "my-faq", "--document", "our-rules.docx"])
    entries = desk / "my-faq" / "entries.toml"
    before = entries.read_text("utf-8")
    Path("rows.csv").write_text("id,answer\nhouse-rules,Wrong.\n", "utf-8")
    assert main(["import", "rows.csv", "my-faq"]) == 0
    (kept,) = (desk / "my-faq" / ".versions").glob("entries.toml.*")
    assert kept.read_text("utf-8") == before
