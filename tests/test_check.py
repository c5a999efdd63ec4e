"""What a check finds in broken and in poor content."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from faq import load
from faq.__main__ import main
from faq.curator.check import Checked, Examination, check
from faq.curator.lint import Finding, Level
from faq.curator.reports.text import LINES, check_text
from faq.curator.thresholds import effect
from tests import folders

RIGHTS = Path(__file__).parent / "content" / "bill_of_rights"
TODAY = date(2026, 6, 1)
LONG = "Notwithstanding institutional considerations regarding infusion temperature, " * 8

NOTE = """
[[note]]
id = "N1"
text = "Some say otherwise."
source = "A book"
reviewed = 2024-01-01
"""
ALERT = """
[[entry]]
id = "scald"
kind = "emergency"
question = "Somebody is scalded"
answer = "Call for help."
[[entry.trigger]]
all = ["boiling", "or not"]
"""


def changed(old: str, new: str) -> dict[str, str]:
    assert old in folders.ENTRIES
    return {"entries": folders.ENTRIES.replace(old, new)}


def line_of(text: str, within: str = folders.ENTRIES) -> int:
    return next(n for n, line in enumerate(within.splitlines(), 1) if text in line)


WATER, TEA = line_of('"water temperature"'), line_of('"tea meaning"')

#: Rule, the files changed, level, file and line, a part of the message.
FINDINGS = [
    (
        "duplicate",
        changed('"boiling water', '"Tea  Meaning?", "boiling water'),
        "error",
        f"entries.toml:{WATER}",
        "('Tea  Meaning?') is also a phrasing of \"what-is-tea\"",
    ),
    (
        "misquote",
        {"passages": folders.PASSAGES.replace("not boiling", "lukewarm")},
        "error",
        "passages.toml:9",
        "is not in document.txt. Copy it word for word.",
    ),
    (
        "unknown",
        changed('answer = "The document says tea', 'anwser = "The document says tea'),
        "error",
        "entries.toml:6",
        "unknown key 'anwser'. Write answer.",
    ),
    (
        "bracket",
        {"entries": folders.ENTRIES.replace("[[entry]]", "[[entry", 1)},
        "error",
        "entries.toml:2",
        "Write [[entry]]",
    ),
    (
        "one-phrasing",
        changed('paraphrases = ["tea meaning", "explain tea to me", "is tea a drink"]', ""),
        "warning",
        f"entries.toml:{line_of('[[entry]]')}",
        "has one phrasing",
    ),
    ("no-quote", changed('quotes = ["S2"]', ""), "warning", "entries.toml:11", "quotes nothing"),
    (
        "too-long",
        changed("The document says not", "\U0001f375" * 2040 + "not"),
        "error",
        f"entries.toml:{line_of('says not boiling')}",
        "4000 fit into a message",
    ),
    (
        "hard-to-read",
        changed("The document says not", LONG + "not"),
        "warning",
        f"entries.toml:{line_of('says not boiling')}",
        "reads easily only from about age",
    ),
    (
        "near-duplicate",
        changed('"water temperature"', '"explain teas to me"'),
        "warning",
        f"entries.toml:{WATER}",
        "'explain teas to me' is nearly 'explain tea to me'",
    ),
    (
        "sets-off-alert",
        {"alerts": ALERT},
        "warning",
        f"entries.toml:{WATER}",
        "'boiling water or not' sets off the alert \"scald\"",
    ),
    ("stale-note", {"notes": NOTE}, "warning", "notes.toml:6", "last reviewed on 2024-01-01"),
    (
        "stale-note",
        {"notes": NOTE.replace("2024", "2226")},
        "warning",
        "notes.toml:6",
        "last reviewed on 2226-01-01, which is yet to come",
    ),
    (
        "long-question",
        changed("What is tea?", "What is tea, and would " + "you tell me all about it " * 2),
        "warning",
        f"entries.toml:{line_of('What is tea?')}",
        "question does not fit on a button",
    ),
    (
        "stale-content",
        {"faq": folders.MAIN.replace("2026", "2025")},
        "warning",
        "faq.toml:0",
        "last reviewed on 2025-01-31",
    ),
]


@pytest.fixture(autouse=True)
def words_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FAQ_ENCODER", "off")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def rights() -> Checked:
    checked = check(RIGHTS, today=TODAY).checked
    assert checked is not None
    return checked


@pytest.mark.parametrize(
    ("rule", "files", "wanted"),
    [(rule, files, wanted) for rule, files, *wanted in FINDINGS],
    ids=[f[0] for f in FINDINGS],
)
def test_finding(tmp_path: Path, rule: str, files: dict[str, str], wanted: list[str]) -> None:
    level, place, message = wanted
    found = check(folders.write(tmp_path, **files), today=TODAY).findings
    mine = [f for f in found if f.rule == rule]
    assert [f.level for f in mine] == [level]
    assert f"{mine[0].file}:{mine[0].line}" == place
    assert message in mine[0].message
    assert mine[0].message.endswith(".")


def test_sound_content_has_no_findings_of_these_rules(tmp_path: Path) -> None:
    found = check(folders.write(tmp_path), today=TODAY)
    assert found.errors == 0
    assert {f.rule for f in found.findings} <= {"nearer-to-other"}


def test_an_entry_nobody_reaches_is_found(tmp_path: Path) -> None:
    alert = ALERT.replace('["boiling", "or not"]', '["hot"]')
    found = check(folders.write(tmp_path, alerts=alert), today=TODAY).findings
    assert [(f.file, "scald" in f.message) for f in found if f.rule == "unreachable"] == [
        ("entries.toml", True)
    ]


def test_a_phrasing_under_the_wrong_entry_is_found(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(RIGHTS, tmp_path / "rights"))
    entries = folder / "entries.toml"
    text = entries.read_text("utf-8")
    moved = text.replace('"free press",', '"free press", "jury in criminal trials",')
    entries.write_text(moved, "utf-8")
    found = [f for f in check(folder, today=TODAY).findings if "criminal trials" in f.message]
    assert [f.rule for f in found] == ["nearer-to-other"]
    assert found[0].line == line_of('"free press"', moved)


def test_coverage_counts_every_passage(tmp_path: Path) -> None:
    checked = check(
        folders.write(tmp_path, **changed('quotes = ["S2"]', 'quotes = ["S1"]')), today=TODAY
    ).checked
    assert checked is not None
    assert [(p.id, uses) for p, uses in checked.coverage.uses] == [("S1", 2), ("S2", 0)]
    assert [p.id for p in checked.coverage.unused] == ["S2"]


def test_every_held_out_phrasing_ends_in_one_way(rights: Checked) -> None:
    found = effect(rights.rehearsals, rights.knowledge.thresholds)
    ends = (found.right, found.wrong, found.asked_back, found.declined)
    assert sum(rate.count for rate in ends) == found.right.total > 150
    assert sum(rights.confused.values()) == rights.led_right.total - rights.led_right.count


def test_the_command_writes_json_and_a_page_without_links(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "check.html"
    assert main(["check", str(RIGHTS), "--json", "--html", str(page)]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["errors"] == 0
    assert report["coverage"]["S5a"] == 1
    assert report["chosen"]["suggest"] <= report["chosen"]["answer"]
    html = page.read_text("utf-8")
    assert "A well regulated Militia" in html
    assert "prefers-color-scheme: dark" in html
    assert not [word for word in ("<script", "src=", "href=", "@import", "url(") if word in html]


def test_the_command_exits_1_on_errors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "check.html"
    folders.write(tmp_path, **changed("answer =", "anwser ="))
    assert main(["check", str(tmp_path), "--html", str(page)]) == 1
    told, first, second = capsys.readouterr().out.splitlines()
    assert told == "2 things must be mended before the bot can use this folder:"
    assert first.startswith("entries.toml, line 6: ")
    assert second.startswith("entries.toml, line 15: ")
    assert "does not load" in page.read_text("utf-8")
    assert main(["check", str(tmp_path / "nowhere")]) == 1


def test_thresholds_are_written_and_comments_stay(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(RIGHTS, tmp_path / "rights"))
    before = (folder / "faq.toml").read_text("utf-8").split("[thresholds]")[0]
    (folder / "faq.toml").write_text(before, "utf-8")
    assert main(["check", str(folder), "--write-thresholds"]) == 0
    written = load(folder).thresholds
    assert "held-out phrasings" in written.origin
    assert (folder / "faq.toml").read_text("utf-8").startswith(before)
    after = (folder / "faq.toml").read_bytes()
    assert main(["check", str(folder), "--write-thresholds"]) == 0
    assert (folder / "faq.toml").read_bytes() == after


def test_of_many_warnings_the_worst_are_shown_and_the_rest_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lonely = "".join(
        f'[[entry]]\nid = "leaf-{n}"\nquestion = "What is leaf {n}?"\nanswer = "A leaf."\n'
        for n in range(20)
    )
    folders.write(tmp_path, gaps=lonely)
    main(["check", str(tmp_path)])
    shown = capsys.readouterr().out.splitlines()
    assert "20 have one wording only" in "\n".join(shown)
    assert len(shown) <= LINES
    assert shown[-1].startswith("Nothing must be mended.")
    main(["check", str(tmp_path), "--all"])
    assert capsys.readouterr().out.count("has one phrasing") == 20


def test_the_warning_that_weighs_most_comes_first() -> None:
    light, heavy = (
        Finding(Level.WARNING, "nearer-to-other", "entries.toml", line, f"line {line}", weight)
        for line, weight in ((1, 60.0), (2, 90.0))
    )
    text = check_text(Examination((light, heavy), None), most=1)
    assert "line 2" in text
    assert "line 1" not in text


def test_examination_of_nothing_has_no_errors() -> None:
    assert Examination((), None).errors == 0


def test_of_many_errors_nine_lines_are_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = "".join(f'[[entry]]\nid = "leaf-{n}"\nquestion = "Leaf {n}?"\n' for n in range(20))
    folders.write(tmp_path, gaps=broken)
    assert main(["check", "--content", str(tmp_path)]) == 1
    shown = capsys.readouterr().out.splitlines()
    assert len(shown) == LINES
    assert shown[-1] == "… and 12 more; --all shows them."


def test_too_little_to_learn_thresholds_from(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders.write(tmp_path)
    before = (tmp_path / "faq.toml").read_bytes()
    assert main(["check", "--content", str(tmp_path), "--write-thresholds"]) == 0
    assert "there are too few wordings to learn from" in capsys.readouterr().err
    assert (tmp_path / "faq.toml").read_bytes() == before
