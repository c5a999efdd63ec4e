"""Reads a message together with an entry, and says whether the one answers the other.

A vector sums up a text before it is known what it will be compared with; read together, every word
of a message meets every word of the entry, and "before the operation" is no longer near "after the
operation" (a cross-encoder: Nogueira and Cho 2019, "Passage Re-ranking with BERT"). It costs a pass
an entry, 2 to 4 ms, so only the few that the vectors find nearest are read (`second_opinion.py`).
It was taught with texts written for it (`tests/benchmarks/train_cross_encoder.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from faq.language.tokens import written
from faq.matching.onnx_encoder import digest, load_session, load_tokenizer
from faq.model import FAQError

MODEL, CHECKSUM, TOKENIZER = "cross_encoder.onnx", "cross_encoder.sha256", "tokenizer.json"
Ids = tuple[int, ...]
FIRST, SEPARATOR = 101, 102
#: What is read of a message, and of an entry's question and answer together: 36 make half a right
#: answer more in a hundred and cost an eighth more time, 24 one less.
QUERY_TOKENS, ENTRY_TOKENS = 48, 30
#: Pairs whose answer is kept (4 MB): a curator's change is tried with the same questions.
REMEMBERED = 4_000


class CrossEncoder:
    """Reads pairs of a message and an entry, one after the other."""

    def __init__(self, folder: Path) -> None:
        """Read `cross_encoder.onnx` and `tokenizer.json`; raises `FAQError` if they are no good.

        `cross_encoder.sha256` beside them, as sha256sum writes it, is what the weights must be.
        """
        checksum = folder / CHECKSUM
        if checksum.is_file() and checksum.read_text("ascii").split()[0] != digest(folder / MODEL):
            raise FAQError(
                f"{folder / MODEL}: not the weights that {CHECKSUM} names. Install again."
            )
        self._session = load_session(folder / MODEL, threads=1)
        self._tokenizer = load_tokenizer(folder / TOKENIZER)
        self._tokenizer.no_truncation()
        self._said = lru_cache(maxsize=REMEMBERED)(self._compute)

    def query(self, words: Sequence[str]) -> Ids:
        """A message's repaired words as they are read."""
        return query_ids(self._tokenizer, words)

    def entry(self, question: Sequence[str], answer: Sequence[str]) -> Ids:
        """An entry's repaired words as they are read."""
        return entry_ids(self._tokenizer, question, answer)

    def answers(self, query: Ids, entry: Ids) -> float:
        """Log-odds that the entry answers the query, against none of the entries near it."""
        return self._said(*pair(query, entry))

    def _compute(self, ids: Ids, begins: int) -> float:
        second = np.arange(len(ids)) >= begins
        given = {
            "input_ids": np.array([ids], dtype=np.int64),
            "token_type_ids": second[None].astype(np.int64),
        }
        return float(self._session.run(["said"], given)[0][0, 0])


def query_ids(tokenizer: Any, words: Sequence[str]) -> Ids:
    """The token numbers of a message, with what stands before and after it."""
    return (FIRST, *_ids(tokenizer, words)[:QUERY_TOKENS], SEPARATOR)


def entry_ids(tokenizer: Any, question: Sequence[str], answer: Sequence[str]) -> Ids:
    """The token numbers of an entry, with what stands between its parts and after it."""
    both = [*_ids(tokenizer, question), SEPARATOR, *_ids(tokenizer, answer)]
    return (*both[:ENTRY_TOKENS], SEPARATOR)


def pair(query: Ids, entry: Ids) -> tuple[Ids, int]:
    """Both as one text, and where the second begins."""
    return (*query, *entry), len(query)


def _ids(tokenizer: Any, words: Sequence[str]) -> list[int]:
    return list(tokenizer.encode(written(words), add_special_tokens=False).ids)


@cache
def load_cross_encoder(folder: Path) -> CrossEncoder | None:
    """The one beside an encoder, if there is one. Loaded once."""
    return CrossEncoder(folder) if (folder / MODEL).is_file() else None
