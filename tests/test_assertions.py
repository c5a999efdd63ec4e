"""What a sentence asserts to be so here and now, and what it only names."""

from __future__ import annotations

import pytest

from faq.assertions import asks_in_general, asserted, undenied

NOTHING_IS_ASSERTED = [
    "no chest pain, no bleeding",
    "my mother never had any pain",
    "he isn't breathless",
    "I had a heart attack in 2015",
    "chest pain went away",
    "what if I faint",
    "our dog collapsed",
    "the queue is killing me",
]
DANGER_IS_LEFT = [
    ("no pain but he is grey and sweating", "grey"),
    ("I had this in 2015, and now it is back", "now it is back"),
    ("if I lie down my chest hurts", "chest hurts"),
    ("he can't breathe", "breathe"),
    ("the bleeding has not stopped", "bleeding"),
    ("he does not answer", "answer"),
    ("I'm scared to death and my chest hurts", "chest hurts"),
    ("hives all over", "hives"),
    ("I think she has died", "died"),
]


@pytest.mark.parametrize("sentence", NOTHING_IS_ASSERTED)
def test_what_is_denied_past_supposed_or_said_in_jest_is_left_out(sentence: str) -> None:
    assert asserted(sentence) == ""


@pytest.mark.parametrize(("sentence", "left"), DANGER_IS_LEFT)
def test_danger_is_left_in(sentence: str, left: str) -> None:
    assert left in asserted(sentence)


def test_a_wish_to_be_dead_may_be_supposed() -> None:
    assert undenied("if I did not wake up it would be a relief") != ""
    assert undenied("he would never hurt himself") == ""


@pytest.mark.parametrize(
    ("sentence", "general"),
    [
        ("is bleeding common", True),
        ("do people faint from the dye", True),
        ("is it normal that my chest is tight", False),
        ("why does he gasp", False),
        ("chest pain", False),
    ],
)
def test_a_general_question_is_about_no_one(sentence: str, general: bool) -> None:
    assert asks_in_general(sentence) is general
