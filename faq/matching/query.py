"""A text as the matcher sees it: its repaired words and, with an encoder, its vector."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from sys import intern

import numpy as np
from numpy.typing import NDArray

from faq.language.lexicon import english
from faq.language.spelling import Repairer
from faq.language.stems import bag, stop_words
from faq.language.tokens import written
from faq.matching.cross_encoder import CrossEncoder, load_cross_encoder
from faq.matching.encoder import Encoder
from faq.matching.onnx_encoder import OnnxEncoder

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]
#: Vectors of queries that are kept (3 MB).
QUERIES = 2_000


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One text, read once: its repaired words and a unit vector of its meaning.

    `content`: the words that say what it is about, each once.
    """

    words: tuple[str, ...]
    vector: Floats
    language: str = "en"
    content: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "content", tuple(content_words(self.words, self.language)))


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
        self._known: Mapping[tuple[str, ...], int] = {}
        self._vectors: Halves = np.zeros((0, 0), dtype=np.float16)
        self.language = repairer.language
        read_by = self.language if self.language == "en" else f"{self.language}-stems"
        #: Names what words and vectors are made with.
        self.key = f"{encoder.key if encoder else 'words'}-{read_by}"

    @property
    def cross_encoder(self) -> CrossEncoder | None:
        """What reads two English texts together, if the encoder has it beside it."""
        if isinstance(self.encoder, OnnxEncoder) and self.language == "en":
            return load_cross_encoder(self.encoder.folder)
        return None

    def remember(self, texts: Sequence[tuple[str, ...]], vectors: Halves) -> None:
        """Take over the vectors, (texts, dimensions), of texts by their repaired words."""
        self._known = {words: number for number, words in enumerate(texts)}
        self._vectors = vectors

    def known(self, words: tuple[str, ...]) -> Halves | None:
        """The vector of words that was taken over, if there is one."""
        number = self._known.get(words)
        return None if number is None else self._vectors[number]

    def words(self, text: str) -> tuple[str, ...]:
        """The repaired words of a text."""
        return tuple(map(intern, self.repairer.repair(text)))  # thousands of texts share words

    def read(self, text: str) -> Reading:
        """Words and meaning of a text."""
        words = self.words(text)
        known = self.known(words)
        if known is None:
            return Reading(words, self._computed(words), self.language)
        return Reading(words, known.astype(np.float32), self.language)

    def _compute(self, words: tuple[str, ...]) -> Floats:
        vector: Floats = self.vectors([words])[0]
        vector.flags.writeable = False
        return vector

    def vectors(self, texts: Sequence[Sequence[str]]) -> Floats:
        """Meaning of texts, shape (texts, dimensions): the encoder's, or what their words tell."""
        if self.encoder:
            return self.encoder.encode([written(words) for words in texts])
        if self.language == "en":
            return np.stack([english().bag(words) for words in texts])
        return np.stack([bag(words, self.language) for words in texts])


def content_words(words: Iterable[str], language: str = "en") -> list[str]:
    """The words that say what is asked about, each once."""
    little = stop_words(language)
    return list(dict.fromkeys(w for w in words if w not in little and len(w) > 1))
