"""What a sentence asserts to be so here and now, and what it only names."""

from __future__ import annotations

import pytest

from faq.assertions import claims_of

NOTHING_IS_ASSERTED = [
    "no chest pain, no bleeding",
    "my mother never had any pain",
    "he isn't breathless",
    "I had a heart attack in 2015",
    "chest pain went away",
    "what if I faint",
    "our dog collapsed",
    "the queue is killing me",
    "will I faint",
    "she is terrified of having a stroke",
    "my throat swells, always has",
    "I had a stitch in my chest, it's gone now",
    "he choked on his tea when I told him",
    "in the film the hero has a heart attack",
    "she sleeps well and eats well",
    "my mother had a stroke last spring and is fine now",
    "the tightness was only wind",
    "the wound is dry",
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
    ("call if the pain comes back, well it came back", "pain comes back"),
    ("there is a pressure here, it's gone up into my jaw", "pressure"),
    ("he is not well", "not well"),
    ("how long do I wait if my chest has been tight since lunch", "tight"),
    ("it feels like my stroke in 2015, right now", "stroke"),
    ("I worry that he is having a stroke", "stroke"),
]


@pytest.mark.parametrize("sentence", NOTHING_IS_ASSERTED)
def test_what_is_denied_past_supposed_or_said_in_jest_is_left_out(sentence: str) -> None:
    assert claims_of(sentence).asserted == ""


@pytest.mark.parametrize(("sentence", "left"), DANGER_IS_LEFT)
def test_danger_is_left_in(sentence: str, left: str) -> None:
    assert left in claims_of(sentence).asserted


def test_a_wish_to_be_dead_may_be_supposed() -> None:
    assert claims_of("if I did not wake up it would be a relief").undenied != ""
    assert claims_of("he would never hurt himself").undenied == ""


@pytest.mark.parametrize(
    ("sentence", "general"),
    [
        ("is bleeding common", True),
        ("do people faint from the dye", True),
        ("is it normal that my chest is tight", False),
        ("why does he gasp", False),
        ("is it normal that the tightness came back worse", False),
        ("where the tube went in is wet", False),
        ("what does a heart attack feel like, just so I know", True),
        ("chest pain", False),
    ],
)
def test_a_general_question_is_about_no_one(sentence: str, general: bool) -> None:
    assert claims_of(sentence).in_general is general


def test_what_is_small_or_known_is_mild_unless_it_grows() -> None:
    assert claims_of("a small bruise on my wrist").mild
    assert claims_of("the nurse has seen it").mild
    assert claims_of("my chest is sore from the cough, just asking").mild
    assert not claims_of("a small bruise that is getting bigger").mild
