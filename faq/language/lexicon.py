"""What the bot knows of English before it reads a FAQ: real words, and which are alike.

`english.txt.gz` lists real words (SCOWL huge, American and British), `lexicon.npz` gives the
21,000 most frequent ones, in that order, a small vector each; `tests/benchmarks/make_lexicon.py`
makes both.
"""

from __future__ import annotations

import gzip
import tomllib
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

__all__ = ["english"]

DATA = Path(__file__).parents[1] / "data"

Vectors = NDArray[np.float32]


class WordList:
    """A sorted list of ASCII words as one block of bytes: 4 MB for 286,000, a set takes 25."""

    def __init__(self, lines: bytes) -> None:
        """One word of two letters or more a line, in the order of the bytes."""
        self._lines = b"\n" + lines.strip() + b"\n"
        letters = np.frombuffer(self._lines, np.uint8)
        breaks = np.flatnonzero(letters == ord("\n"))
        begin = sum(letters[breaks[:-1] + i].astype(np.uint32) << (8 * (3 - i)) for i in (1, 2, 3))
        codes, first = np.unique(begin, return_index=True)
        self._codes, self._starts = codes.tolist(), [*breaks[first].tolist(), int(breaks[-1])]

    def __contains__(self, word: str) -> bool:
        line = f"\n{word}\n".encode("ascii", "replace")
        code = int.from_bytes(line[1:4], "big")
        at = bisect_left(self._codes, code)
        if at == len(self._codes) or self._codes[at] != code:
            return False
        # among the 50 words, on average, that begin so
        return self._lines.find(line, self._starts[at], self._starts[at + 1] + 1) >= 0


class Lexicon:
    """Common words with their rank and vector, and the wider list of real words."""

    def __init__(self, words: Sequence[str], vectors: NDArray[np.int8], real: WordList) -> None:
        """`words` by frequency with a vector each; `real`: all words spelt right."""
        self.rank: Mapping[str, int] = {word: i for i, word in enumerate(words)}
        self.common = tuple(words)
        self._real = real
        self._vectors = vectors

    def is_real(self, word: str) -> bool:
        """Whether an English reader would take the word as spelt right."""
        return word in self._real

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
        rows = np.array([self.rank.get(word, -1) for word in words], dtype=np.int64)
        found = self._vectors[rows].astype(np.float32)
        found[rows < 0] = 0
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        return np.asarray(found / np.maximum(lengths, 1e-9), dtype=np.float32)


@cache
def english() -> Lexicon:
    """The shipped lexicon, read once."""
    with (
        gzip.open(DATA / "english.txt.gz") as real,
        np.load(DATA / "lexicon.npz") as stored,
    ):
        words = str(stored["words"]).split("\n")
        return Lexicon(words, stored["vectors"], WordList(real.read()))


@cache
def shorthand() -> Mapping[str, Mapping[str, str]]:
    """What people type for speed, and the words it stands for, by when it does."""
    return tomllib.loads((DATA / "shorthand.toml").read_text(encoding="utf-8"))
