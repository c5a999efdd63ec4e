"""Words are mended before they are matched, and real words are left alone."""

from __future__ import annotations

import pytest

from faq.language.spelling import MAX_LENGTH, Repairer, normalise, phrase, tokenise

PHRASINGS = [
    "What is the difference between angioplasty and stent?",
    "Is an x-ray used in an angioplasty to see the artery?",
    "angioplasty artery stent balloon catheter",
    "chest pain after a stent",
]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("diffrence betwen angioplsty and stant", "difference between angioplasty and stent"),
        ("whats a stnt", "what is a stent"),
        ("angio plasty", "angioplasty"),
        ("chestpain", "chest pain"),
        ("stunt double", "stunt double"),
        ("baloon cathter", "balloon catheter"),
        ("x-ray X ray xray", "xray xray xray"),
        ("sooooo scared of the anggioplasty", "soo scared of the angioplasty"),
        ("pleese tell me", "please tell me"),
    ],
)
def test_repair(typed: str, read: str) -> None:
    assert " ".join(Repairer(PHRASINGS).repair(typed)) == read


def test_a_misspelt_phrasing_does_not_teach_the_misspelling() -> None:
    repairer = Repairer([*PHRASINGS, *PHRASINGS, "what is angioplsty"])
    assert repairer.repair("angioplsty") == ["angioplasty"]


def test_normalise_folds_what_looks_alike() -> None:
    assert normalise("  WHAT\u2019S\u00a0a \x00STENT\u200b ") == "what's a stent"
    assert len(normalise("a" * 10_000)) == MAX_LENGTH


def test_phrasings_that_differ_in_form_only_are_equal() -> None:
    assert phrase("What's a STENT?!") == phrase("whats a stent")


def test_other_scripts_and_symbols_give_words_or_none() -> None:
    assert tokenise("😀 … --") == []
    assert tokenise("что такое стент") == ["что", "такое", "стент"]
