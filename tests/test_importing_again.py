"""A folder made from a sheet, and the sheet once more when it has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from faq import load
from faq.__main__ import main

CASES = Path(__file__).parent / "cases"

FIRST_SHEET = "Question,Answer\nHow much?,Ten.\nWhen?,At nine.\nWhere?,Here.\n"
SECOND_SHEET = "Question,Answer\nHow much?,Twelve.\nWhere?,Here.\nWho?,Ann.\n"


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder made from a sheet, one wording added by hand since."""
    monkeypatch.setenv("FAQ_ENCODER", "off")
    (tmp_path / "sheet.csv").write_text(FIRST_SHEET, "utf-8")
    main(["new", str(tmp_path / "made"), "--document", str(tmp_path / "sheet.csv")])
    entries = tmp_path / "made" / "entries.toml"
    text = entries.read_text("utf-8")
    entries.write_text(text.replace("paraphrases = []", 'paraphrases = ["the price"]', 1), "utf-8")
    (tmp_path / "sheet.csv").write_text(SECOND_SHEET, "utf-8")
    return tmp_path / "made"


def answers(folder: Path) -> dict[str, str]:
    return {e.question: e.answer for e in load(folder).entries if e.kind == "answer"}


def test_a_second_run_shows_what_is_new_changed_and_gone(
    made: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ["new", str(made), "--document", str(made.parent / "sheet.csv")]
    monkeypatch.setattr("builtins.input", lambda _: "n")
    assert main(command) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[-3:] == ["1 new: who", "1 changed: how-much", "1 gone: when"]
    assert answers(made) == {"How much?": "Ten.", "When?": "At nine.", "Where?": "Here."}
    assert main([*command, "--yes"]) == 0
    assert answers(made) == {"How much?": "Twelve.", "Where?": "Here.", "Who?": "Ann."}
    assert load(made).by_id["how-much"].paraphrases == ("the price",)
    capsys.readouterr()
    assert main(command) == 0
    assert "Nothing has changed." in capsys.readouterr().out


def test_what_a_curator_changed_stays_where_the_sheet_did_not_change(made: Path) -> None:
    entries = made / "entries.toml"
    entries.write_text(entries.read_text("utf-8").replace('"Here."', '"By the hall."'), "utf-8")
    main(["new", str(made), "--document", str(made.parent / "sheet.csv"), "--yes"])
    assert answers(made)["Where?"] == "By the hall."


def test_import_takes_any_sheet_and_deletes_nothing(made: Path) -> None:
    for name in ("no-id.xlsx", "title-rows.xlsx", "topic.xlsx", "space-id.xlsx", "percent.xlsx"):
        assert main(["import", str(CASES / name), "--content", str(made)]) == 0
    knowledge = load(made)
    assert answers(made)["When?"] == "At nine."
    assert {"opening-hours", "offnung", "fee-adult"} <= knowledge.by_id.keys()
    assert knowledge.by_id["vat"].answer == "15%"
    assert {"Joining", "Leaving"} <= set(knowledge.topics)


def test_a_question_in_new_words_with_its_old_answer_is_the_same_entry(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = made.parent / "sheet.csv"
    sheet.write_text("Question,Answer\nWhat is the fee?,Ten.\nWhen?,At nine.\nWhere?,Here.\n")
    assert main(["new", str(made), "--document", str(sheet), "--yes"]) == 0
    assert "0 new\n1 changed: how-much\n0 gone" in capsys.readouterr().out
    entry = load(made).by_id["how-much"]
    assert (entry.question, entry.paraphrases) == ("What is the fee?", ("the price",))


def test_a_sheet_under_a_new_name_is_the_one_it_mostly_asks_as(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = made.parent / "sheet.csv"
    newer = sheet.rename(made.parent / "sheet (1).csv")
    assert main(["new", str(made), "--document", str(newer), "--yes"]) == 0
    assert "sheet (1).csv: taken for a newer sheet.csv.\n" in capsys.readouterr().out
    assert answers(made) == {"How much?": "Twelve.", "Where?": "Here.", "Who?": "Ann."}
    other = made.parent / "other.csv"
    other.write_text("Question,Answer\nWho?,Ann.\nMay I park?,No.\n")
    assert main(["new", str(made), "--document", str(other), "--yes"]) == 0
    assert "taken for" not in capsys.readouterr().out
    assert len(answers(made)) == 4


def test_a_sheet_with_ids_of_its_own_is_no_export(made: Path) -> None:
    sheet = made.parent / "liste.csv"
    sheet.write_text("ID;Kategorie;Frage;Antwort;Stand\n1;Haus;Wo parke ich?;Im Hof.;2025\n")
    assert main(["import", str(sheet), "--content", str(made)]) == 0
    assert answers(made)["Wo parke ich?"] == "Im Hof."
