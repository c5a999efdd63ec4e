"""Questions in other languages than the FAQ's: what they may mean is offered."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence, Set
from functools import cached_property

import numpy as np

from faq.language.detection import LANGUAGES, language_of
from faq.language.tokens import tokenise
from faq.matching.encoder import Encoder
from faq.matching.multilingual import Floats, MultilingualEncoder
from faq.model import Candidate, Entry, Outcome

#: From this cosine on an entry is what a question may mean. Of 180 questions in nine languages 89 %
#: find the right entry among the first three so, and 2 of 90 about other things find any
#: (tests/foreign_questions.jsonl; at 0.40 94 and 12 %, at 0.50 88 and 1 %).
ALIKE = 0.45


class ForeignQuestions:
    """Finds entries for a query that is not in the FAQ's language.

    By the entries' questions alone, and only to offer them: how near two texts in different
    languages are says too little to answer outright.
    """

    def __init__(
        self, entries: Iterable[Entry], language: str, encoder: Encoder | None = None
    ) -> None:
        """`language` is the FAQ's; without an `encoder` the one of the
        extra `multilingual`, where it is installed and FAQ_ENCODER is not `off`.
        """
        self._entries = [e for e in entries if e.kind in {Outcome.ANSWER, Outcome.GAP}]
        self._language = language
        self._encoder = encoder or _multilingual()

    def language_of(self, query: str) -> str:
        """The code of the query's language where it is clearly another than the FAQ's, else ""."""
        own = self._language
        if self._encoder is None or own not in LANGUAGES:
            return ""
        found = language_of(query, expected=own)
        if not found or found == own:
            return ""
        words = [word for word in tokenise(query, own) if _tells(word)]
        return "" if self._words >= set(words) else found

    def nearest(self, query: str, limit: int = 3) -> Sequence[Candidate]:
        """Up to `limit` entries, best first, if the best one is what the query may mean.

        Scores are 100 times the cosine.
        """
        if self._encoder is None or not self._entries:
            return []
        alike = self._questions @ self._encoder.encode([query])[0]
        best = np.argsort(-alike, kind="stable")[:limit]
        if alike[best[0]] < ALIKE:
            return []
        return [Candidate(self._entries[i], 100 * float(alike[i])) for i in best]

    @cached_property
    def _words(self) -> Set[str]:
        """What the FAQ is asked in: "pizza margherita" is German where it is on the menu."""
        phrasings = (text for entry in self._entries for text in entry.phrasings)
        return {word for text in phrasings for word in tokenise(text, self._language)}

    @cached_property
    def _questions(self) -> Floats:
        """One unit vector an entry, shape (entries, dimensions), at the first foreign query."""
        assert self._encoder
        return self._encoder.encode(entry.question for entry in self._entries)


def _tells(word: str) -> bool:
    """Whether a word tells its language: numbers and letters alone, as "I", are in no list."""
    return not word.isascii() or (len(word) > 1 and word.isalpha())


def _multilingual() -> Encoder | None:
    if os.environ.get("FAQ_ENCODER") == "off":
        return None
    try:
        return MultilingualEncoder()
    except ImportError:
        return None
