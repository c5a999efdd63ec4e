"""Where an entry has one phrasing, what leads is read once more together with the message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from shutil import copyfile

import numpy as np
import pytest

from faq import Entry, Knowledge, Outcome, Responder
from faq.matching import matcher
from faq.matching.cross_encoder import CrossEncoder, load_cross_encoder
from faq.matching.encoder import load_encoder
from faq.matching.onnx_encoder import SHIPPED
from faq.matching.query import Reading
from faq.matching.second_opinion import SecondOpinion, pool
from faq.model import Candidate, FAQError, Thresholds

LIBRARY = (
    ("renew", "How do I renew a book?", "Open your account, choose the book and tap Renew."),
    ("late", "What does it cost to bring a book back late?", "20 cents a day, 5 euros at most."),
    (
        "lost",
        "I have lost a book. What now?",
        "Tell us at the desk. You pay for a new copy.",
    ),
    ("card", "How do I get a library card?", "Bring your passport to the desk; it costs 10 euros."),
    (
        "evening",
        "How do I book a seat for the reading evening?",
        "On our page, until noon.",
    ),
)


@pytest.fixture(autouse=True)
def _with_the_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    if load_encoder("auto") is None:
        pytest.skip("The extra 'semantic' is not installed.")
    monkeypatch.setenv("FAQ_ENCODER", "auto")


def library(more: int = 0, thresholds: Thresholds | None = None) -> Responder:
    """A library's FAQ, each entry with its question and so many other phrasings."""
    entries = tuple(
        Entry(
            id=name,
            question=question,
            answer=answer,
            paraphrases=tuple(f"{question} {number}" for number in range(more)),
        )
        for name, question, answer in LIBRARY
    )
    return Responder(
        Knowledge(title="Library", entries=entries, thresholds=thresholds or Thresholds())
    )


@pytest.mark.parametrize("query", ["How do I renew my passport?", "I have lost my library card"])
def test_the_same_words_about_another_thing_are_not_answered(query: str) -> None:
    assert library().reply(query).outcome is not Outcome.ANSWER


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("the novel i borrowed is gone, i cannot find it", "lost"),
        ("fine for an overdue book", "late"),
    ],
)
def test_other_words_about_the_same_thing_are_answered(query: str, answer: str) -> None:
    assert [entry.id for entry in library().reply(query).answers] == [answer]


@pytest.mark.parametrize(
    "message",
    [
        "My son was ill on Tuesday. is that late",
        "the heating in our flat is broken. how much is it",
    ],
)
def test_a_question_that_leans_on_what_was_told_is_not_answered_alone(message: str) -> None:
    assert library().reply(message).outcome is not Outcome.ANSWER
    assert library().reply("We moved in March. how do i get a library card").answers


def test_the_faq_s_own_question_stays_sure() -> None:
    for name, question, _ in LIBRARY:
        [best] = library().matcher.rank(question, 1)
        assert best.entry.id == name
        assert best.score >= 97


def test_words_alone_have_no_second_opinion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAQ_ENCODER", "off")
    assert library().matcher.second_opinion is None


def test_entries_with_many_phrasings_are_not_read_again() -> None:
    assert library(more=5).matcher.second_opinion is None


def test_only_what_may_be_asked_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    responder, heard = library(), list[tuple[str, ...]]()
    pooled = SecondOpinion.pooled

    def listening(
        self: SecondOpinion, reading: Reading, ranked: Sequence[Candidate]
    ) -> list[Candidate]:
        heard.append(reading.words)
        return pooled(self, reading, ranked)

    monkeypatch.setattr(SecondOpinion, "pooled", listening)
    told, asks = "My library card is green", "how do I keep a novel longer?"
    responder.reply(f"{told}. {asks}")
    assert len(heard) == 2  # the whole, and the sentence that asks
    heard.clear()
    responder.reply("How do I renew a book?")
    assert not heard  # the FAQ's own words


def test_thresholds_that_a_curator_chose_stay() -> None:
    assert library(thresholds=Thresholds(80, 70)).thresholds == Thresholds(80, 70)
    assert library().thresholds.answer == 64


def test_small_talk_keeps_its_score(monkeypatch: pytest.MonkeyPatch) -> None:
    thanks = Entry(
        id="thanks",
        question="Thank you",
        answer="You are welcome.",
        paraphrases=("thanks a lot", "many thanks"),
        kind=Outcome.CHAT,
    )
    known = library().knowledge
    with_chat = replace(known, entries=(*known.entries, thanks))
    twice = Responder(with_chat).matcher.rank("thanks so much", 1)
    monkeypatch.setattr(matcher, "FEW_PHRASINGS", 0)
    assert Responder(with_chat).reply("thanks").outcome is Outcome.CHAT
    assert Responder(with_chat).reply("to the of").outcome is Outcome.FALLBACK
    assert twice == Responder(with_chat).matcher.rank("thanks so much", 1)


def test_both_opinions_count() -> None:
    doubtful = np.array([50.0, 30.0], dtype=np.float32)
    agreed, denied, turned = (
        pool(doubtful, np.array(said, dtype=np.float32))
        for said in ([6.0, -6.0], [-6.0, -6.0], [-6.0, 6.0])
    )
    assert agreed[0] > doubtful[0] > doubtful[1] > agreed[1]
    assert denied.sum() < doubtful.sum() / 2
    assert turned[1] > doubtful[0] > turned[0]


def test_other_weights_than_the_named_are_refused(tmp_path: Path) -> None:
    for name in ("cross_encoder.onnx", "cross_encoder.sha256", "tokenizer.json"):
        copyfile(SHIPPED / name, tmp_path / name)
    assert load_cross_encoder(tmp_path)
    (tmp_path / "cross_encoder.sha256").write_text(f"{'0' * 64}  cross_encoder.onnx\n")
    with pytest.raises(FAQError, match=r"Install again\.$"):
        CrossEncoder(tmp_path)
