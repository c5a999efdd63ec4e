"""Syllables and reading ages are near enough to warn of a hard answer."""

from __future__ import annotations

import pytest

from faq.curator.readability import reading_age, syllables

LONG = "Notwithstanding institutional considerations regarding infusion temperature, " * 8

SYLLABLES = {
    "the": 1,
    "made": 1,
    "whole": 1,
    "table": 2,
    "tables": 2,
    "wanted": 2,
    "stopped": 1,
    "boxes": 2,
    "takes": 1,
    "artery": 3,
    "procedure": 3,
    "coronary": 4,
    "rhythm": 1,
}


@pytest.mark.parametrize(("word", "count"), SYLLABLES.items())
def test_syllables(word: str, count: int) -> None:
    assert syllables(word) == count


def test_longer_words_and_sentences_need_an_older_reader() -> None:
    easy = "The tube holds the vessel open. It stays there for good."
    assert reading_age(easy) < 10
    assert reading_age(LONG) > 18
    assert reading_age("112") == 0
