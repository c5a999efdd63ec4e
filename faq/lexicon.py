"""What the bot knows of English before it reads a FAQ: real words, and which are alike.

`english.txt.gz` lists real words (SCOWL), `lexicon.npz` gives the 21,000 most frequent ones, in
that order, a small vector each; `tests/benchmarks/make_lexicon.py` makes both.
"""

from __future__ import annotations

import gzip
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

DATA = Path(__file__).parent / "data"

Vectors = NDArray[np.float32]


class Lexicon:
    """Common words with their rank and vector, and the wider list of real words."""

    def __init__(self, words: Sequence[str], vectors: NDArray[np.int8], real: Sequence[bytes]):
        """`words` by frequency with a vector each; `real` in order: all words spelt right."""
        self.rank: Mapping[str, int] = {word: i for i, word in enumerate(words)}
        self.common = tuple(words)
        self._real = np.array(real)  # a tenth of what a set of words takes
        self._vectors = vectors

    def is_real(self, word: str) -> bool:
        """Whether an English reader would take the word as spelt right."""
        written = np.bytes_(word.encode())
        at = int(np.searchsorted(self._real, written))
        return at < len(self._real) and bool(self._real[at] == written)

    def weight(self, word: str) -> float:
        """How much a word says, 0 to 10: the log of its rank; a word unknown here says most."""
        return float(np.log1p(self.rank.get(word, len(self.rank))))

    def bag(self, words: Sequence[str]) -> Vectors:
        """The unit vector of a bag of words, shape (dimensions,); zero if none is known."""
        rows = [self.rank[word] for word in words if word in self.rank]
        vectors = self._vectors[rows].astype(np.float32)
        total = np.log1p(np.array(rows) + 1, dtype=np.float32) @ vectors
        return np.asarray(total / max(float(np.linalg.norm(total)), 1e-9), dtype=np.float32)

    def units(self, words: Sequence[str]) -> Vectors:
        """One unit vector a word, shape (words, dimensions); zero where a word is unknown."""
        found = np.zeros((len(words), self._vectors.shape[1]), dtype=np.float32)
        for row, word in enumerate(words):
            if word in self.rank:
                found[row] = self._vectors[self.rank[word]]
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        return np.asarray(found / np.maximum(lengths, 1e-9), dtype=np.float32)


@cache
def english() -> Lexicon:
    """The shipped lexicon, read once."""
    real = gzip.decompress((DATA / "english.txt.gz").read_bytes()).split(b"\n")
    with np.load(DATA / "lexicon.npz") as stored:
        return Lexicon(str(stored["words"]).split("\n"), stored["vectors"], real)


@cache
def shorthand() -> Mapping[str, str]:
    """What people type for speed, and the words it stands for."""
    return tomllib.loads((DATA / "shorthand.toml").read_text(encoding="utf-8"))
