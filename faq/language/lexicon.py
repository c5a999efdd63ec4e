"""What the bot knows of English before it reads a FAQ: real words, and which are alike.

`english.txt.gz` lists real words (SCOWL), `lexicon.npz` gives the 21,000 most frequent ones, in
that order, a small vector each; `tests/benchmarks/make_lexicon.py` makes both.
"""

from __future__ import annotations

import gzip
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

DATA = Path(__file__).parents[1] / "data"

Vectors = NDArray[np.float32]


class Lexicon:
    """Common words with their rank and vector, and the wider list of real words."""

    def __init__(
        self, words: Sequence[str], vectors: NDArray[np.int8], real: Iterable[bytes]
    ) -> None:
        """`words` by frequency with a vector each; `real`: all words spelt right.

        Of these only the CRC-32 is kept, 4 bytes a word: one slip in 50,000 passes for a word.
        """
        self.rank: Mapping[str, int] = {word: i for i, word in enumerate(words)}
        self.common = tuple(words)
        self._real = np.unique(np.fromiter((crc32(word.strip()) for word in real), np.uint32))
        self._vectors = vectors

    def is_real(self, word: str) -> bool:
        """Whether an English reader would take the word as spelt right."""
        code = crc32(word.encode("utf-8", "surrogatepass"))
        at = int(np.searchsorted(self._real, code))
        return at < len(self._real) and int(self._real[at]) == code

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
        return Lexicon(str(stored["words"]).split("\n"), stored["vectors"], real)


@cache
def shorthand() -> Mapping[str, str]:
    """What people type for speed, and the words it stands for."""
    return tomllib.loads((DATA / "shorthand.toml").read_text(encoding="utf-8"))
