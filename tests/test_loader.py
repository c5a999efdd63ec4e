"""The loader reads sound folders and complains about broken ones in one useful line."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from faq import Entry, FAQError, Outcome, load
from faq.fields import ENTRY_FIELDS
from tests import folders


def test_a_sound_folder_loads(tmp_path: Path) -> None:
    knowledge = load(folders.write(tmp_path))
    tea, water = knowledge.entries
    assert tea.phrasings == ("What is tea?", "tea meaning", "explain tea to me", "is tea a drink")
    assert tea.kind is Outcome.ANSWER
    assert tea.quotes[0].section == "Basics"
    assert knowledge.by_id["how-hot"] is water


COMPLAINTS = [
    ("entries", 'answer = "The document says not boiling."\n', "", '"how-hot": answer is missing'),
    (
        "entries",
        'id = "how-hot"',
        'id = "what-is-tea"',
        'entry "what-is-tea": this id stands twice',
    ),
    ("entries", 'quotes = ["S2"]', 'quotes = ["S9"]', "\"how-hot\": quotes names 'S9'"),
    ("entries", '"how-hot"]', '"nowhere"]', "\"what-is-tea\": related names 'nowhere'"),
    ("entries", "quotes", "quote", "\"what-is-tea\": unknown key 'quote'"),
    ("entries", '"tea meaning"', '"Water   temperature?"', '"how-hot": paraphrase 1'),
    ("entries", '"tea meaning"', "7", '"what-is-tea": paraphrases 1 must be a text'),
    ("entries", 'topic = "Water"', 'topic = "Milk"', "topic 'Milk' is not in faq.toml's topics"),
    ("entries", "[[entry]]", "[[entry", "entries.toml:2: "),
    ("entries", 'id = "how-hot"', 'id = "How_hot?"', "id may hold up to 40"),
    ("passages", "not boiling", "boiling", '"S2": text is not in document.txt'),
    ("passages", '"S2"', '"S1"', 'passage "S1": this id stands twice'),
    ("entries", "quotes", "comparison = [[], []]\nquotes", "comparison rows must be"),
    ("faq", '"Water"]\n', '"Water"]\n[thresholds]\nanswer = "high"', "answer must be a number"),
    ("faq", "2026-01-31", "2026-01-31T10:00:00", "reviewed must be a date"),
    ("faq", 'title = "Tea"\n', "", "title is missing"),
    ("faq", "topics", '[texts]\nwelcom = "x"\n#', "texts: unknown key 'welcom'. Write welcome."),
    ("faq", "topics", f'[texts]\nsource = "{"x" * 61}"\n#', "source has 61 characters; 60 fit"),
    ("faq", "2026-01-31", '"soon"', "reviewed must be a date"),
]


@pytest.mark.parametrize(("file", "old", "new", "complaint"), COMPLAINTS)
def test_a_broken_folder_is_named_with_the_cure(
    tmp_path: Path, file: str, old: str, new: str, complaint: str
) -> None:
    original = {"entries": folders.ENTRIES, "passages": folders.PASSAGES, "faq": folders.MAIN}[file]
    assert old in original
    with pytest.raises(FAQError) as caught:
        load(folders.write(tmp_path, **{file: original.replace(old, new)}))
    first, *more = str(caught.value).splitlines()
    assert complaint in "\n".join([first, *more])
    assert all(re.match(r"\w+\.toml:\d+: ", line) and line.endswith(".") for line in [first, *more])
    assert len(caught.value.problems) == 1 + len(more)


def test_the_program_shows_the_complaint_and_exits_1(tmp_path: Path) -> None:
    folders.write(tmp_path, entries=folders.ENTRIES.replace('"S2"', '"S9"'))
    run = subprocess.run(
        [sys.executable, "run_bot.py"],
        env={"FAQ_CONTENT": str(tmp_path), "FAQ_ENCODER": "off", "PATH": ""},
        capture_output=True,
        text=True,
        input="",
        check=False,
    )
    assert run.returncode == 1
    assert run.stderr.count("\n") == 1
    assert "'S9'" in run.stderr


def test_a_picture_is_a_file_of_the_folder(tmp_path: Path) -> None:
    picture = '[[picture]]\nid = "p"\nfile = "../faq.toml"\ncaption = "Tea"\n'
    (folders.write(tmp_path) / "pictures.toml").write_text(picture, "utf-8")
    with pytest.raises(FAQError, match="is not a file in pictures/"):
        load(tmp_path)


def test_groups_of_words_are_shared_by_name(tmp_path: Path) -> None:
    alerts = """
[groups]
me = "i|my"
anyone = "@me|he|she"

[[entry]]
id = "scald"
kind = "emergency"
question = "Scalded"
answer = "Call for help."
[[entry.trigger]]
all = ["@anyone", "scald*"]
"""
    knowledge = load(folders.write(tmp_path, alerts=alerts))
    assert knowledge.by_id["scald"].triggers[0].all == ("i|my|he|she", "scald*")
    with pytest.raises(FAQError, match="no group '@anyone'"):
        load(folders.write(tmp_path, alerts=alerts.replace("anyone =", "nobody =")))


GLOSSARY = """
[[term]]
term = "infusion"
spellings = ["steeping", "Brewing"]
text = "An infusion is what hot water takes out of leaves."
"""


def test_a_folder_may_explain_its_words(tmp_path: Path) -> None:
    (tmp_path / "glossary.toml").write_text(GLOSSARY, encoding="utf-8")
    entries = folders.ENTRIES.replace("quotes", 'short = "A drink."\nquotes', 1)
    main = 'contact = "Ask the kitchen."\n' + folders.MAIN
    knowledge = load(folders.write(tmp_path, entries=entries, faq=main))
    [term] = knowledge.glossary
    assert term.names == ("infusion", "steeping", "Brewing")
    assert knowledge.by_id["what-is-tea"].short == "A drink."
    assert knowledge.by_id["how-hot"].short == ""
    assert knowledge.contact == "Ask the kitchen."


def test_a_word_is_explained_once(tmp_path: Path) -> None:
    twice = GLOSSARY + GLOSSARY.replace('"infusion"', '"brew"').replace('"steeping", ', "")
    (tmp_path / "glossary.toml").write_text(twice, encoding="utf-8")
    with pytest.raises(FAQError, match="'Brewing' also stands for \"infusion\"") as caught:
        load(folders.write(tmp_path))
    assert 'glossary.toml:9: term "brew"' in str(caught.value)


def test_one_table_lists_every_field_of_an_entry() -> None:
    """The loader, the spreadsheet and the content store read it: none can lose a field."""
    assert {f.name for f in ENTRY_FIELDS} == {f.name for f in fields(Entry)}


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    entries = folders.ENTRIES.replace('"S1"', '"S8"').replace('"S2"', '"S9"')
    with pytest.raises(FAQError) as caught:
        load(folders.write(tmp_path, entries=entries, faq=folders.MAIN + 'examples = ["gone"]\n'))
    found = {(p.file, p.line, p.entry, p.rule) for p in caught.value.problems}
    assert found == {
        ("entries.toml", 7, "what-is-tea", "reference"),
        ("entries.toml", 16, "how-hot", "reference"),
        ("faq.toml", 4, "", "reference"),
    }


def test_a_repeat_within_an_entry_is_no_error(tmp_path: Path) -> None:
    entries = folders.ENTRIES.replace(
        '"tea meaning"', '"tea meaning", "Tea meaning?", "what is tea"'
    )
    tea = load(folders.write(tmp_path, entries=entries)).by_id["what-is-tea"]
    assert tea.paraphrases == ("tea meaning", "explain tea to me", "is tea a drink")


SYMBOLS = ["C", "C++", "C#", "£", "$", "\u22125 °C", "5 °C", "🚗", "🐕", "R", "are"]


def test_symbols_tell_phrasings_apart(tmp_path: Path) -> None:
    entries = "".join(
        f'[[entry]]\nid = "s{n}"\nquestion = "{symbol}"\nanswer = "{symbol}"\n'
        for n, symbol in enumerate(SYMBOLS)
    )
    loaded = load(folders.write(tmp_path, entries=entries))
    assert [entry.question for entry in loaded.entries] == SYMBOLS


TOO_MUCH = [
    ("entries", 'answer = "The document says tea', 'answer = "' + "x" * 4100, "fit into a message"),
    ("entries", 'related = ["how-hot"]', f"related = {['how-hot'] * 150}", "150 related entries"),
    ("entries", '"how-hot"', f'"{"щ" * 40}"', "id may hold up to 40"),
    ("faq", 'title = "Tea"', f'title = "{"Tea " * 40}"', "characters; 64 fit"),
    ("faq", "topics", f"examples = {['how-hot'] * 150}\ntopics", "150 examples"),
]


@pytest.mark.parametrize(("file", "old", "new", "complaint"), TOO_MUCH)
def test_what_could_not_be_sent_does_not_load(
    tmp_path: Path, file: str, old: str, new: str, complaint: str
) -> None:
    original = {"entries": folders.ENTRIES, "faq": folders.MAIN}[file]
    with pytest.raises(FAQError, match=complaint):
        load(folders.write(tmp_path, **{file: original.replace(old, new)}))


def test_the_share_of_what_is_asked_that_has_an_entry_is_a_share(tmp_path: Path) -> None:
    own = folders.MAIN.replace('title = "Tea"', 'title = "Tea"\nin_scope_share = 0.4')
    assert load(folders.write(tmp_path, faq=own)).in_scope_share == 0.4
    with pytest.raises(FAQError, match=r"Write 0\.8 for eight in ten"):
        load(folders.write(tmp_path, faq=own.replace("0.4", "8.0")))


def test_any_number_of_topics_loads(tmp_path: Path) -> None:
    """They are shown page by page."""
    many = ['"Water"', *(f'"t{n}"' for n in range(200))]
    main = folders.MAIN.replace('"Water"', ", ".join(many))
    assert len(load(folders.write(tmp_path, faq=main)).topics) > 200


def test_an_answer_is_as_long_as_it_is_read(tmp_path: Path) -> None:
    """Not as long as it is written: signs written as entities and addresses do not count."""
    shown = "&<" * 1900 + "[see](https://example.org/" + "x" * 500 + ")"
    entries = folders.ENTRIES.replace("The document says tea is a drink.", shown)
    assert load(folders.write(tmp_path, entries=entries)).by_id["what-is-tea"].answer == shown
