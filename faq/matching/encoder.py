"""Sentence vectors: what a text means, as a direction. Optional and replaceable."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from faq.extras import install
from faq.matching.multilingual import MultilingualEncoder
from faq.matching.onnx_encoder import SHIPPED, OnnxEncoder
from faq.model import FAQError

Floats = NDArray[np.float32]

log = logging.getLogger(__name__)


class Encoder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def key(self) -> str:
        """Names what the vectors are made with, and how."""

    def encode(self, texts: Iterable[str]) -> Floats:
        """One unit vector a text, shape (texts, dimensions)."""


@cache
def load_encoder(where: str, language: str = "en") -> Encoder | None:
    """The encoder for a setting: `auto`, `off`, `multilingual`, or a folder. Loaded once.

    `auto` is the shipped one for English, the multilingual one for other languages; it gives None,
    and says so once, where the extra is not installed. A folder that lacks a file raises
    `FAQError`.
    """
    if where == "off":
        return None
    multilingual = where == "multilingual" or (where == "auto" and language != "en")
    extra = "multilingual" if multilingual else "semantic"
    try:
        if multilingual:
            return MultilingualEncoder()
        return OnnxEncoder(SHIPPED if where == "auto" else Path(where))
    except ImportError as missing:
        if where == "auto":
            log.warning("Answering on words alone: %s. Type: %s", missing, install(extra))
            return None
        raise FAQError(f"FAQ_ENCODER: {missing}. Type: {install(extra)}") from missing
