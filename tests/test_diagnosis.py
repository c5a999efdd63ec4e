"""The ways to break a file: each is told with its line, what was done, and the cure."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from faq import FAQError, load
from tests import folders

GOOD = folders.ENTRIES
LINES = GOOD.splitlines()


def line_of(text: str) -> int:
    return next(number for number, line in enumerate(LINES, 1) if text in line)


TEA, WATER = line_of('id = "what-is-tea"'), line_of('id = "how-hot"')
ANSWER, LIST = line_of("tea is a drink."), line_of("tea meaning")
QUESTION = line_of("What is tea?")
#: What is put in place of what in entries.toml: line, what was done, the cure.
WAYS: list[tuple[str, str, str, int, str, str]] = [
    ("curly quotes", '"What is tea?"', "“What is tea?”", QUESTION, "bent ones", "straight"),
    ("German quotes", '"What is tea?"', "„What is tea?“", QUESTION, "bent ones", "straight"),
    ("curly in a list", '"tea meaning"', "“tea meaning”", LIST, "bent ones", "straight"),
    ("no last quote", 'tea?"', "tea?", QUESTION, 'no " at its end', "behind the last word"),
    (
        "no first quote",
        '"What is tea?',
        "What is tea?",
        QUESTION,
        "without quotes",
        "Write question",
    ),
    ("no quotes", '"What is tea?"', "What is tea?", QUESTION, "without quotes", "Write question"),
    ("no comma", '"tea meaning",', '"tea meaning"', LIST, "comma is missing", "Put a comma"),
    (
        "no comma at a line's end",
        '["tea meaning", "explain',
        '[\n  "tea meaning"\n  "explain',
        LIST + 1,
        "comma is missing",
        "Put a comma",
    ),
    ("list not closed", 'is tea a drink"]', 'is tea a drink"', LIST, "not closed", "Put ]"),
    (
        "Word's bullet",
        '["tea meaning",',
        '[\n  • "tea meaning",',
        LIST + 1,
        "sign stands before",
        "Delete the sign",
    ),
    (
        "smart dash",
        '["tea meaning",',
        '[\n  \u2013 "tea meaning",',
        LIST + 1,
        "sign stands before",
        "Delete the sign",
    ),
    ("semicolons", '"tea meaning", ', '"tea meaning"; ', LIST, "semicolon", "comma"),
    ("one bracket", "[[entry]]", "[entry]", TEA - 1, "one bracket", "[[entry]] with two"),
    ("a bracket missing", "[[entry]]", "[[entry]", TEA - 1, "bracket is missing", "[[entry]]"),
    ("other name", "[[entry]]", "[[entries]]", 2, "unknown key 'entries'", "Write entry"),
    ("colon", "question =", "question:", QUESTION, "followed by a colon", "Write question ="),
    ("no sign", "question =", "question", QUESTION, "no = behind question", "Write question ="),
    ("key misspelt", "answer =", "anser =", ANSWER, "unknown key 'anser'", "Write answer"),
    (
        "key twice",
        'question = "What',
        'question = "Tea?"\nquestion = "What',
        QUESTION + 1,
        "stands twice",
        "Delete one",
    ),
    (
        "quotes within",
        '"The document says tea is a drink."',
        '"The "document" says tea is a drink."',
        ANSWER,
        "quote within",
        '\\"',
    ),
    (
        "apostrophe",
        '"The document says tea is a drink."',
        "'It's a drink.'",
        ANSWER,
        "apostrophe",
        'in " instead',
    ),
    ("backslash", "says tea", "says C:\\tea\\drinks", ANSWER, "\\ means", "\\\\"),
    (
        "lines in one text",
        "says tea is a drink",
        "says\ntea is a drink",
        ANSWER,
        'no " at its end',
        '"""',
    ),
    (
        "long text not closed",
        '"The document says tea is a drink."',
        '"""\nThe document says tea is a drink.',
        ANSWER,
        "has no end",
        '"""',
    ),
    ("text for a list", '["S1"]', '"S1"', line_of("S1"), "must be a list", 'quotes = ["S1"]'),
    ("list for a text", '"What is tea?"', '["What is tea?"]', QUESTION, "a text", "brackets away"),
    ("number for a text", '"What is tea?"', "7", QUESTION, "a text", 'question = "7"'),
    (
        "merge mark",
        'question = "What is tea?"',
        '<<<<<<< ours\nquestion = "What is tea?"',
        QUESTION,
        "merged",
        "Keep one",
    ),
    ("odd space", 'question = "What', '\u00a0question = "What', QUESTION, "space", "type them"),
    ("comment", "[[entry]]", "// tea\n[[entry]]", TEA - 1, "comment begins with #", "Put #"),
    ("id with a space", 'id = "how-hot"', 'id = "how hot"', WATER, "id may hold", "to how-hot,"),
    ("id of before", 'id = "how-hot"', 'id = "How_hot"', WATER, "small letters", "to how-hot,"),
]


@pytest.mark.parametrize(
    ("old", "new", "line", "done", "cure"), [w[1:] for w in WAYS], ids=[w[0] for w in WAYS]
)
def test_a_broken_file_is_told_as_people_break_it(
    tmp_path: Path, old: str, new: str, line: int, done: str, cure: str
) -> None:
    assert old in GOOD
    with pytest.raises(FAQError) as caught:
        load(folders.write(tmp_path, entries=GOOD.replace(old, new, 1)))
    first = next(p for p in caught.value.problems if p.line == line)
    assert first.file == "entries.toml"
    assert done in first.text
    assert cure in first.cure
    assert "\n" not in str(first)


DATES = [
    ("31.01.2026", "2026-01-31"),
    ("31/01/2026", "2026-01-31"),
    ("2026-1-31", "2026-01-31"),
    ('"2026-01-31"', "without quotes"),
]


@pytest.mark.parametrize(("written", "cure"), DATES)
def test_a_date_written_another_way(tmp_path: Path, written: str, cure: str) -> None:
    with pytest.raises(FAQError) as caught:
        load(folders.write(tmp_path, faq=folders.MAIN.replace("2026-01-31", written)))
    (only,) = caught.value.problems
    assert (only.file, only.line) == ("faq.toml", 2)
    assert cure in only.cure


def test_texts_of_the_folder_s_own_are_keys_too(tmp_path: Path) -> None:
    with pytest.raises(FAQError) as caught:
        load(folders.write(tmp_path, faq=folders.MAIN + '[texts]\nwelcome: "Hello."\n'))
    (only,) = caught.value.problems
    assert (only.file, only.rule) == ("faq.toml", "colon")


def test_several_faults_of_a_file_come_at_once(tmp_path: Path) -> None:
    broken = GOOD.replace('"What is tea?"', "“What is tea?”").replace('"S2"]', '"S2"')
    with pytest.raises(FAQError) as caught:
        load(folders.write(tmp_path, entries=broken))
    assert [p.rule for p in caught.value.problems] == ["curly-quotes", "list-open"]


def test_how_a_file_was_saved_is_no_matter_where_it_can_be_told(tmp_path: Path) -> None:
    folders.write(tmp_path)
    for encoding in ("utf-8-sig", "utf-16"):
        (tmp_path / "entries.toml").write_text(GOOD, encoding, newline="\r\n")
        assert len(load(tmp_path).entries) == 2
    (tmp_path / "entries.toml").write_bytes(GOOD.replace("a drink", "café").encode("cp1252"))
    with pytest.raises(FAQError, match=rf"entries\.toml:{ANSWER}: not UTF-8") as caught:
        load(tmp_path)
    assert "encoding UTF-8" in str(caught.value)
    (tmp_path / "entries.toml").write_text("{\\rtf1\\ansi text}")
    with pytest.raises(FAQError, match="saved as rich text"):
        load(tmp_path)


def test_tabs_and_a_trailing_comma_are_fine(tmp_path: Path) -> None:
    tabs = re.sub(r"^", "\t", GOOD.replace('a drink"]', 'a drink",]'), flags=re.MULTILINE)
    assert len(load(folders.write(tmp_path, entries=tabs)).entries) == 2
