"""Which words of a query an entry cannot account for.

"How much does a car cost" is near "how much does an angioplasty cost"; the word "car" is what
gives it away. A content word is explained when a phrasing of the entry has it, a word spelt
much like it, or a word of like meaning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from faq.language.lexicon import english
from faq.matching.query import content_words

#: Cosine of two words' vectors from which one explains the other; cost-price is 0.62,
#: car-cost 0.27.
ALIKE_IN_MEANING = 0.5
#: Jaro-Winkler similarity from which two words are forms of one (block-blockage 0.93).
ALIKE_IN_SPELLING = 0.9


class Vocabulary:
    """The words of one entry's phrasings."""

    def __init__(self, phrasings: Iterable[Sequence[str]]) -> None:
        self._counts = Counter(word for p in phrasings for word in content_words(p))
        self._words = tuple(self._counts)

    def unexplained(self, words: Sequence[str], without: Sequence[str] = ()) -> list[str]:
        """The content words no phrasing comes near; `without` takes one phrasing away first."""
        once = set(without)
        gone = {w for w in once if self._counts[w] <= 1}
        open_words = [w for w in content_words(words) if w not in self._counts or w in gone]
        if not open_words or not self._words:
            return open_words
        alike = english().units(open_words) @ english().units(self._words).T
        kept = [w not in gone for w in self._words]
        return [
            word
            for word, row in zip(open_words, alike, strict=True)
            if not (row[kept] >= ALIKE_IN_MEANING).any() and not self._spelt_alike(word, gone)
        ]

    def _spelt_alike(self, word: str, gone: set[str]) -> bool:
        others = [w for w in self._words if w not in gone]
        found = process.extractOne(
            word,
            others,
            scorer=JaroWinkler.normalized_similarity,
            processor=None,
            score_cutoff=ALIKE_IN_SPELLING,
        )
        return found is not None


def share_explained(
    vocabulary: Vocabulary, words: Sequence[str], without: Sequence[str] = ()
) -> float:
    """The share, 0 to 1, of what a query says that an entry's words explain.

    Rare words say more; a query of function words only says nothing that needs explaining.
    """
    says = burden(content_words(words))
    return 1 - burden(vocabulary.unexplained(words, without)) / says if says else 1.0


def burden(words: Iterable[str]) -> float:
    """How much unexplained words weigh together: 1 for each rare one, less for common ones."""
    return sum(english().weight(word) for word in words) / 10
