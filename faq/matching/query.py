"""A text as the matcher sees it: its repaired words and, with an encoder, its vector."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from sys import intern

import numpy as np
from numpy.typing import NDArray

from faq.language.lexicon import english
from faq.language.spelling import Repairer
from faq.language.tokens import written
from faq.matching.encoder import Encoder

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]
#: Vectors of queries that are kept (3 MB).
QUERIES = 2_000
_FUNCTION_WORDS = Path(__file__).parents[1] / "data" / "function_words.txt"


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One text, read once: its repaired words and a unit vector of its meaning."""

    words: tuple[str, ...]
    vector: Floats

    @property
    def content(self) -> list[str]:
        """The words that say what it is about, each once."""
        return content_words(self.words)


class Reader:
    """Reads texts in the light of a FAQ's own words."""

    def __init__(
        self, repairer: Repairer, encoder: Encoder | None, like: Reader | None = None
    ) -> None:
        """`like` is a reader with the same encoder, whose vectors are taken over."""
        self.repairer = repairer
        self.encoder = encoder
        #: The same queries are read again whenever a curator's change is tried.
        self._computed: Callable[[tuple[str, ...]], Floats] = (
            like._computed if like else lru_cache(maxsize=QUERIES)(self._compute)
        )
        #: Vectors of texts that are known already, by their repaired words.
        self.known: Mapping[tuple[str, ...], Halves] = {}
        #: Names what words and vectors are made with.
        self.key = f"{encoder.key if encoder else 'words'}-{repairer.language}"

    def words(self, text: str) -> tuple[str, ...]:
        """The repaired words of a text."""
        return tuple(map(intern, self.repairer.repair(text)))  # thousands of texts share words

    def read(self, text: str) -> Reading:
        """Words and meaning of a text."""
        words = self.words(text)
        known = self.known.get(words)
        if known is None:
            return Reading(words, self._computed(words))
        return Reading(words, known.astype(np.float32))

    def _compute(self, words: tuple[str, ...]) -> Floats:
        vector: Floats = self.vectors([words])[0]
        vector.flags.writeable = False
        return vector

    def vectors(self, texts: Sequence[Sequence[str]]) -> Floats:
        """Meaning of texts, shape (texts, dimensions): the encoder's, or means of the lexicon's."""
        if self.encoder is None:
            return np.stack([english().bag(words) for words in texts])
        return self.encoder.encode([written(words) for words in texts])


@cache
def function_words() -> frozenset[str]:
    """Words that say little about what is asked, and words of context (people, days)."""
    return frozenset(_FUNCTION_WORDS.read_text(encoding="utf-8").split())


def content_words(words: Iterable[str]) -> list[str]:
    """The words that say what is asked about, each once."""
    return list(dict.fromkeys(w for w in words if w not in function_words() and len(w) > 1))
