"""Whoever asked cannot be told from a draft: messages written before the rules were."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from bot.telegram.experts.redaction import redacted, redacted_question
from faq import load
from faq.language.tokens import tokenise

HERE = Path(__file__).parent
MESSAGES = [
    json.loads(line) for line in (HERE / "personal_messages.jsonl").read_text("utf-8").splitlines()
]
#: Nothing tells these from other words: a name without a capital that nothing announces.
UNTOLD = {"sandra"}


def words_of_content() -> frozenset[str]:
    texts = (text for e in load().entries for text in (*e.phrasings, e.answer))
    return frozenset(word for text in texts for word in tokenise(text))


KNOWN = words_of_content()


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message["text"][:40])
def test_nobody_can_be_told_from_a_draft(message: dict[str, list[str]]) -> None:
    left = redacted_question(str(message["text"]), KNOWN)
    assert {s for s in message["secrets"] if s.lower() in left.lower()} <= UNTOLD


def test_ordinary_questions_stay_as_they_are() -> None:
    lines = (HERE.parent / "real_messages.jsonl").read_text("utf-8").splitlines()
    texts = [json.loads(line)["q"] for line in lines]
    changed = [text for text in texts if redacted_question(text, KNOWN) != text]
    assert len(changed) / len(texts) < 0.05


@pytest.mark.parametrize(
    "text",
    [
        "It opens at 9:30 and takes 45 minutes.",
        "Take 75 mg once a day for 12 months, and 1000mg of paracetamol at most.",
        "Stents of 2.5 to 4.0 mm are used since 1986; COVID-19 changed nothing.",
        "I am sorry to hear that. Thanks for asking!",
    ],
)
def test_an_answer_of_the_team_stays_as_it_is(text: str) -> None:
    assert redacted(text) == text


def test_the_team_s_own_words_lose_who_is_greeted_and_who_signs() -> None:
    said = "Dear Mrs Holloway,\nyes, after a week.\nKind regards, Rosa Lindt"
    assert redacted(said) == "Dear Mrs [name],\nyes, after a week.\nKind regards, [name]"


@pytest.mark.parametrize(
    "piece", ["a", "A", "1", "a.", "A ", "1 ", "-", "(dot)", "my name is ", "@"]
)
def test_no_message_takes_long(piece: str) -> None:
    begun = time.process_time()
    redacted_question(piece * (4096 // len(piece)), KNOWN)
    assert time.process_time() - begun < 1.0
