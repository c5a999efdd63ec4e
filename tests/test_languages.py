"""FAQs in other languages than English: the words of German, Russian and Spanish alone suffice.

`languages/` holds three FAQs, a town, a clinic and a shop, of 15 entries with one or two wordings
each, and 40 questions to each as people type them: 30 that an entry answers, 10 about other
things. They were written before any of them was asked.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
import snowballstemmer

from faq import Entry, Knowledge, Matcher, Outcome, Responder
from faq.language.spelling import Repairer
from faq.language.stems import stem, stop_words
from tests.benchmarks.few_phrasings import small_faq

ASKED = [small_faq(file) for file in sorted((Path(__file__).parent / "languages").glob("*.json"))]


def helped(responder: Responder, query: str, gold: frozenset[str]) -> bool:
    """Whether the answer is given, or offered where the bot asks back."""
    reply = responder.reply(query)
    offered = reply.offered if reply.outcome is Outcome.SUGGEST else ()
    return bool({entry.id for entry in (*reply.answers, *offered)} & gold)


def test_words_alone_help_three_of_four(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAQ_ENCODER", "off")
    inside: list[bool] = []
    outside: list[bool] = []
    for asked in ASKED:
        knowledge = Knowledge(title="-", entries=asked.entries, language=asked.language)
        responder = Responder(knowledge)
        inside += [helped(responder, query, gold) for query, gold in asked.queries]
        outside += [bool(responder.reply(query).answers) for query in asked.off]
    assert sum(inside) >= 0.75 * len(inside)
    assert sum(outside) <= 0.05 * len(outside)


@pytest.mark.parametrize(
    ("language", "typed", "written"),
    [
        ("de", "oeffnungszeiten", "öffnungszeit"),
        ("ru", "прививками", "прививка"),
        ("es", "envios", "envío"),
        ("fr", "reclamations", "réclamation"),
        ("hi", "किताबें", "किताबें"),
        ("vi", "gio", "giờ"),  # no stems of it, but people leave the marks out
    ],
)
def test_forms_of_a_word_are_one(language: str, typed: str, written: str) -> None:
    assert stem(typed, language) == stem(written, language)


def test_threads_that_ask_at_once_do_not_mix_up_their_words(
    request: pytest.FixtureRequest,
) -> None:
    beginnings, ends = ("kind", "haus", "freund", "zeitung"), ("er", "ern", "lich", "keit")
    words = [f"{a}{b}{c}" for a in beginnings for b in beginnings for c in ends]
    alone = snowballstemmer.stemmer("german")
    request.addfinalizer(partial(sys.setswitchinterval, sys.getswitchinterval()))
    sys.setswitchinterval(1e-5)
    with ThreadPoolExecutor(4) as threads:
        stems = list(threads.map(partial(stem, language="de"), words))
    assert stems == [alone.stemWord(word) for word in words]


def test_english_words_stay_as_they_are() -> None:
    assert stem("stents", "en") == "stents"
    assert {"the", "doctor"} <= stop_words() and "der" not in stop_words()
    assert "der" in stop_words("de") and not stop_words("ha")


def test_a_word_of_another_language_is_not_bent_to_the_nearest() -> None:
    spanish = Repairer(["¿He recibido un artículo dañado?", "seguimiento del envío"], "es")
    assert spanish.repair("el recibo del seguimeinto") == ["el", "recibo", "del", "seguimiento"]


def test_no_of_another_language_is_no_english_no(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAQ_ENCODER", "off")
    entries = (
        Entry(id="q-1", question="Mi cupón falla", answer="Escríbanos."),
        Entry(id="q-2", question="Horario de la tienda", answer="De 10 a 14."),
    )
    responder = Responder(Knowledge(title="-", entries=entries, language="es"))
    assert responder.reply("mi cupón falla no").outcome is Outcome.ANSWER


def test_an_unmatched_word_is_named_as_it_was_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAQ_ENCODER", "off")
    matcher = Matcher([Entry(id="q-1", question="Hundesteuer", answer="-")], language="de")
    assert matcher.vocabulary(0).unmatched(["hundesteuern", "katzen"]) == ["katzen"]
