"""Questions about everything else: what people ask that a FAQ has nothing to do with.

A FAQ shows what it knows, but not what it doesn't. Nearly three hundred questions from all walks of
life stand in for that (a background model, as in speaker verification: Reynolds, Quatieri, Dunn
2000), less those that are near to something this FAQ says. On 16 FAQs with one phrasing an entry
how well a query fits tells those with an entry from those about something else with AUROC .89, not
.86; on the shipped questions .82, not .76.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from faq.language.lexicon import DATA
from faq.matching.classifier import Ints
from faq.matching.similarity import Halves

#: Cosine with a text of the FAQ from which a question may be one that it answers: of vectors of an
#: encoder, and of bags of words, which have more in common. One question in ten is as near.
RELATED, RELATED_BAGS = 0.5, 0.6


@cache
def background_questions() -> tuple[str, ...]:
    """Questions and remarks about nothing in particular, in English."""
    lines = (DATA / "background_questions.txt").read_text(encoding="utf-8")
    return tuple(lines.splitlines())


def unrelated(vectors: Halves, own: Halves, related: float) -> Ints:
    """Which of these vectors (n, dimensions) are near none of a FAQ's own (texts, dimensions).

    `related` is the cosine from which they are near.
    """
    alike = vectors.astype(np.float32) @ own.astype(np.float32).T
    return np.flatnonzero(alike.max(axis=1) < related)
