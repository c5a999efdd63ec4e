"""How much of a query an entry covers, and which words it does not.

"How much does a car cost" is near "how much does an angioplasty cost"; the word "car" is what
gives it away. A content word is covered when a phrasing of the entry has it, a word spelt
much like it, or a word of like meaning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from faq.language.lexicon import english
from faq.language.stems import stem
from faq.matching.query import content_words

#: Cosine of two words' vectors from which one covers the other; cost-price is 0.62,
#: car-cost 0.27.
ALIKE_IN_MEANING = 0.5
#: Jaro-Winkler similarity from which two words are forms of one (block-blockage 0.93).
ALIKE_IN_SPELLING = 0.9


class Vocabulary:
    """The words of one entry's phrasings, by their stems where the FAQ is not in English."""

    def __init__(self, phrasings: Iterable[Sequence[str]], language: str = "en") -> None:
        self.language = language
        self._counts = Counter(
            stem(word, language) for p in phrasings for word in content_words(p, language)
        )
        self._words = tuple(self._counts)

    def unmatched(self, words: Sequence[str], without: Sequence[str] = ()) -> list[str]:
        """The content words no phrasing comes near; `without` takes one phrasing away first."""
        once = {stem(word, self.language) for word in without}
        gone = {w for w in once if self._counts[w] <= 1}
        stems = {w: stem(w, self.language) for w in content_words(words, self.language)}
        open_words = [w for w, s in stems.items() if s not in self._counts or s in gone]
        if not open_words or not self._words:
            return open_words
        if self.language == "en":
            open_words = self._unlike_in_meaning(open_words, gone)
        others = [w for w in self._words if w not in gone]
        return [word for word in open_words if not _spelt_alike(stems[word], others)]

    def _unlike_in_meaning(self, open_words: Sequence[str], gone: set[str]) -> list[str]:
        alike = english().units(open_words) @ english().units(self._words).T
        kept = [w not in gone for w in self._words]
        unlike = np.flatnonzero(~np.any(alike[:, kept] >= ALIKE_IN_MEANING, axis=1))
        return [open_words[number] for number in unlike.tolist()]


def _spelt_alike(word: str, others: Sequence[str]) -> bool:
    """Whether one of the others is spelt much like a word."""
    found = process.extractOne(
        word,
        others,
        scorer=JaroWinkler.normalized_similarity,
        processor=None,
        score_cutoff=ALIKE_IN_SPELLING,
    )
    return found is not None


def coverage_of(vocabulary: Vocabulary, words: Sequence[str], without: Sequence[str] = ()) -> float:
    """The share, 0 to 1, of what a query says that an entry's words cover.

    Rare words say more; a query of function words only says nothing that needs to be covered.
    """
    language = vocabulary.language
    unmatched = vocabulary.unmatched(words, without)
    says = _weight(content_words(words, language), language)
    return 1 - _weight(unmatched, language) / says if says else 1.0


def _weight(words: Sequence[str], language: str) -> float:
    """How much words weigh together: 1 for each rare one, less for common ones."""
    if language != "en":
        return float(len(words))
    return sum(english().weight(word) for word in words) / 10
