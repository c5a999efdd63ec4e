"""Every command and every example in docs/make-your-own.md works as it is written there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import openpyxl
import pytest

from faq import Outcome, Responder, load
from faq.__main__ import main
from faq.curator.importing.reading import READERS
from faq.source import ENTRY_FILES, content_files

GUIDE = Path(__file__).parents[1] / "docs" / "make-your-own.md"
FAQ, BOT = "uv run python -m faq ", "FAQ_CONTENT=my-faq uv run run_bot.py"
SETUP = {"pip install uv", "uv sync --extra semantic --extra curator --extra documents"}


def blocks(language: str) -> list[str]:
    """The fenced blocks of one language, in order."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", GUIDE.read_text("utf-8"), re.M | re.S)
    return [block for named, block in found if named == language]


COMMANDS = [line for block in blocks("") for line in block.splitlines()]


def sheet() -> list[list[str]]:
    """The table of questions the guide shows."""
    table = GUIDE.read_text("utf-8").partition("| Question |")[2].partition("\n\n")[0]
    rows = [line.strip(" |").split(" | ") for line in f"Question |{table}".splitlines()]
    return [rows[0], *rows[2:]]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A curator's folder: the sheet of the guide is there, and the questions to measure with."""
    book = openpyxl.Workbook()
    for row in sheet():
        book.worksheets[0].append(row)
    book.save(tmp_path / "my-questions.xlsx")
    (tmp_path / "questions.jsonl").write_text(blocks("json")[0], "utf-8")
    monkeypatch.setenv("FAQ_ENCODER", "off")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_all_commands_run_in_the_order_of_the_guide(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = [line.removeprefix(FAQ) for line in COMMANDS if line.startswith(FAQ)]
    named = {line.split()[0] for line in run}
    assert named == {"new", "check", "evaluate", "export", "import"}
    for command in run:
        assert main(shlex.split(command)) == 0, command
        if command == run[0]:
            assert capsys.readouterr().out.splitlines() == [
                "my-faq: 2 questions under 2 topics.",
                "Nothing needs a look.",
                f"Start it: {BOT}",
            ]
    dogs = load(desk / "my-faq").by_id["may-i-bring-my-dog"]
    assert dogs.paraphrases == ("are dogs allowed", "can i take my puppy")
    assert (desk / "check.html").exists()
    assert (desk / "report.html").exists()


def test_the_entry_it_shows_loads(desk: Path) -> None:
    main(shlex.split(COMMANDS[2].removeprefix(FAQ)))
    with (desk / "my-faq" / "entries.toml").open("a", encoding="utf-8") as file:
        file.write(blocks("toml")[0])
    assert load(desk / "my-faq").by_id["parking"].paraphrases[1] == "parking"


def test_no_command_is_left_unchecked() -> None:
    assert [line for line in COMMANDS if not line.startswith(FAQ)] == [*sorted(SETUP), BOT]
    root = GUIDE.parents[1]
    assert (root / "run_bot.py").exists()
    extras = (root / "pyproject.toml").read_text("utf-8")
    assert all(f"\n{name} = [" in extras for name in ("semantic", "curator", "documents"))


def test_the_kinds_of_files_it_names_are_read() -> None:
    named = set(re.findall(r"(?<=[ (])\.[a-z]{2,4}\b", GUIDE.read_text("utf-8")))
    assert named <= READERS.keys()


def test_the_files_it_explains_are_the_files_there_are(desk: Path) -> None:
    main(shlex.split(COMMANDS[2].removeprefix(FAQ)))
    explained = set(re.findall(r"^\| `([\w.]+)` \|", GUIDE.read_text("utf-8"), re.M))
    assert explained == {f.name for f in content_files(desk / "my-faq")}
    assert explained.issuperset(ENTRY_FILES)


def test_an_import_that_went_wrong_can_be_undone(desk: Path) -> None:
    main(shlex.split(COMMANDS[2].removeprefix(FAQ)))
    entries = desk / "my-faq" / "entries.toml"
    before = entries.read_text("utf-8")
    Path("rows.csv").write_text("id,answer\nmay-i-bring-my-dog,Wrong.\n", "utf-8")
    assert main(["import", "rows.csv", "--content", "my-faq"]) == 0
    (kept,) = (desk / "my-faq" / ".versions").glob("entries.toml.*")
    assert kept.read_text("utf-8") == before


def test_a_first_check_is_about_what_the_curator_wrote(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FAQ_ENCODER", "auto")
    main(["new", "empty"])
    capsys.readouterr()
    assert main(["check", "--content", "empty"]) == 0
    assert "chat.toml" not in capsys.readouterr().out


def test_what_another_language_needs_is_told(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = (
        "Frage;Antwort\nWann ist Besuchszeit?;Von 14 bis 20 Uhr.\nDarf ich rauchen?;Nur im Hof.\n"
    )
    Path("fragen.csv").write_text(rows, "utf-8")
    for missing in (True, False):
        monkeypatch.setattr("faq.curator.commands.find_spec", lambda _, m=missing: None if m else 1)
        main(["new", f"station-{missing}", "--document", "fragen.csv"])
        assert ("--extra multilingual" in capsys.readouterr().out) == missing


def test_what_is_about_something_else_is_no_follow_up(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAQ_ENCODER", "auto")
    rows = "Question,Answer,Topic\nWhat do I need for a stay?,Slippers.,Stay\n"
    rows += "Who tells me the results?,Ask the doctor.,Stay\nMay I bring flowers?,Yes.,Visits\n"
    Path("ward.csv").write_text(rows, "utf-8")
    main(["new", "ward", "--document", "ward.csv"])
    responder = Responder(load(desk / "ward"))
    stay = responder.knowledge.by_id["what-do-i-need-for-a-stay"]
    assert responder.reply("and the results?", after=stay).entry is not None
    assert responder.reply("who won the election", after=stay).outcome is Outcome.FALLBACK
