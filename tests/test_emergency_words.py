"""Emergency words of other languages: heard, and left alone in general questions."""

from __future__ import annotations

import pytest

from faq.model import Outcome
from faq.triggers import emergency_in

HEARD = [
    ("me duele el pecho", "es"),
    ("Mon père ne respire pas", "fr"),
    ("starke Schmerzen in der Brust", "de"),
    ("não consigo respirar", "pt"),
    ("mio padre è svenuto", "it"),
    ("сильная боль в груди", "ru"),
    ("він не дихає", "uk"),
    ("mąż nie oddycha", "pl"),
    ("babam nefes alam\u0131yor", "tr"),
    ("ألم في الصدر", "ar"),
    ("पापा को सीने में दर्द है", "hi"),
    ("papa ko seene me dard ho raha hai", "hi"),
    ("ayah saya pingsan", "id"),
    ("胸口很痛", "zh"),
]


@pytest.mark.parametrize(("text", "language"), HEARD)
def test_danger_is_heard_in_its_language(text: str, language: str) -> None:
    found = emergency_in(text)
    assert found is not None
    assert found[0] is Outcome.EMERGENCY
    assert found[1] == language


def test_a_wish_to_die_is_self_harm() -> None:
    assert emergency_in("quiero suicidarme") == (Outcome.SELF_HARM, "es")
    assert emergency_in("хочу умереть") == (Outcome.SELF_HARM, "ru")


@pytest.mark.parametrize(
    "text",
    [
        "¿qué es un stent?",
        "was ist ein Herzinfarkt",
        "c'est quoi une crise cardiaque",
        "Hilfe",
        "I have a dull male voice and a pet dog",
        "I feel suicidal",
        "",
    ],
)
def test_general_questions_and_english_are_left_alone(text: str) -> None:
    assert emergency_in(text) is None
