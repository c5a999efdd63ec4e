"""How likely it is that somebody is in danger now, by all that a message tells.

"My chest feels tight" and "my chest felt tight before the stent" share nearly every word; what
tells them apart are many small words together, more than rules can list. A logistic regression over
words and pairs of words (TF-IDF) has learnt them from messages of people in danger and of calm ones
in the same words; another one, for each kind of danger, over what the shipped encoder makes of a
message. What they say is weighed together with all else that is known of it: the alerts it is like,
their triggers, what it asserts, how it asks. That last regression is the decision, one for each
kind of danger, and one for where there is no such encoder (`data/danger.toml`).

Both are fitted by `python -m tests.benchmarks.fit_danger`. They know nothing of a FAQ: which alert
is meant, its own phrasings tell.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from math import log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from faq.language.lexicon import DATA
from faq.matching.encoder import Encoder
from faq.matching.similarity import MOST_WORDS, word_features
from faq.message import Part, Ranked
from faq.model import Outcome
from faq.triggers import TriggerIndex

Floats = NDArray[np.float32]


class DangerClassifier:
    """Log-odds that a message is from somebody in danger, or beside somebody who is."""

    def __init__(
        self,
        codes: NDArray[np.uint32],
        idf: Floats,
        weights: Floats,
        bias: float,
        meaning: Mapping[str, Floats],
    ) -> None:
        """`codes` (features,) ascending, as `word_features` gives them; `idf`, `weights` alike.

        `meaning`: by kind of danger the weights of a vector and the constant, (dimensions + 1,).
        """
        self._codes, self._idf, self._weights, self._bias = codes, idf, weights, bias
        self._meaning = meaning

    def log_odds(self, words: Sequence[str]) -> float:
        """Of repaired English words: above 0 danger is likelier than not, where half are."""
        values, numbers = tfidf(word_features(words[:MOST_WORDS]), self._codes, self._idf)
        return float(values @ self._weights[numbers]) + self._bias

    def by_meaning(self, kind: Outcome, vector: Floats) -> float:
        """Of one kind of danger, by the vector (dimensions,) that the shipped encoder made."""
        weights = self._meaning[kind.value]
        return float(vector @ weights[:-1] + weights[-1])


def tfidf(
    features: Iterable[int], codes: NDArray[np.uint32], idf: Floats
) -> tuple[Floats, NDArray[np.int64]]:
    """A text's known features, by their numbers in `codes`, as a vector of length 1."""
    counted = Counter(features)
    asked = np.fromiter(counted.keys(), np.uint32, len(counted))
    numbers = np.minimum(np.searchsorted(codes, asked), len(codes) - 1)
    known = codes[numbers] == asked
    counts = np.fromiter(counted.values(), np.float32, len(counted))[known]
    numbers = numbers[known]
    values = (1 + np.log(counts)) * idf[numbers]
    return (values / max(float(np.linalg.norm(values)), 1e-9)).astype(np.float32), numbers


@cache
def danger_classifier() -> DangerClassifier:
    """The shipped one, read once."""
    with np.load(DATA / "danger.npz") as stored:
        idf, weights = (stored[name].astype(np.float32) for name in ("idf", "weights"))
        meaning = {kind: stored[kind].astype(np.float32) for kind in decisions() if kind in stored}
        return DangerClassifier(stored["codes"], idf, weights, float(stored["bias"]), meaning)


def is_known(encoder: Encoder | None) -> bool:
    """Whether an encoder is the one whose vectors the classifier has learnt from."""
    return encoder is not None and encoder.key == _taught_with()


@cache
def _taught_with() -> str:
    with np.load(DATA / "danger.npz") as stored:
        return str(stored["encoder"])


class Signs(NamedTuple):
    """What a message tells of one kind of danger: the inputs of the decision.

    `meaning`: log-odds by its vector, 0 where there is none. `words`: log-odds by all its words,
    `told` by those of the most alarming sentence that asks nothing. `score`: log-odds of the alerts
    of this kind, and `fired`: whether a trigger of theirs does, both for what is asserted.
    `asserted`, `mild`, `asking`: shares of the message that are so; `asking` is 0 where nothing is
    told beside the question. `asks_last`: whether it ends with one. `sentences`, `length`:
    logarithms.
    """

    meaning: float
    words: float
    told: float
    score: float
    fired: float
    mild: float
    asserted: float
    sentences: float
    length: float
    asking: float
    asks_last: float


def asserted(part: Part, kind: Outcome) -> Ranked | None:
    """What of a part may be a danger of a kind: a wish to be dead may be past or supposed."""
    return part.asserted if kind is Outcome.EMERGENCY else part.undenied


def signs_of(  # noqa: PLR0913 - what is read, and what it is read with
    whole: Part,
    parts: Sequence[Part],
    kind: Outcome,
    triggers: TriggerIndex,
    classifier: DangerClassifier,
    *,
    by_meaning: bool,
) -> Signs:
    """What an English message and its sentences tell of one kind of danger.

    `by_meaning`: their vectors are of an encoder that `is_known`.
    """
    left = [some for some in (asserted(part, kind) for part in parts) if some]
    scores = [sum(c.score for c in some.candidates if c.entry.kind is kind) for some in left]
    fired = (entry.kind for some in left for entry in triggers.look(some.reading.words).fired)
    told = [part for part in parts if not part.asks]
    claims = [part.claims for part in parts]
    letters = sum(len(claim.plain) for claim in claims)
    return Signs(
        meaning=classifier.by_meaning(kind, whole.reading.vector) if by_meaning else 0.0,
        words=classifier.log_odds(whole.reading.words),
        told=max(classifier.log_odds(part.reading.words) for part in told or parts),
        score=log_odds(max(scores, default=0.0)),
        fired=float(kind in fired),
        mild=sum(claim.mild for claim in claims) / len(claims),
        asserted=sum(len(claim.asserted) for claim in claims) / max(letters, 1),
        sentences=log(len(parts)),
        length=log(1 + len(whole.reading.words)),
        asking=(1 - len(told) / len(parts)) if told else 0.0,
        asks_last=float(parts[-1].asks),
    )


def log_odds(score: float) -> float:
    """Of a score from 0 to 100, of which neither is certain."""
    return log((min(score, 100.0) + 0.5) / (100.5 - min(score, 100.0)))


def in_danger(kind: Outcome, signs: Signs, *, by_meaning: bool) -> float:
    """Log-odds that whoever wrote this is in a danger of a kind, or beside somebody who is."""
    weights = decisions()[kind.value]["by_meaning" if by_meaning else "by_words"]
    told: float = sum(weights[name] * value for name, value in signs._asdict().items())
    return weights["bias"] + told


@cache
def decisions() -> Mapping[str, Mapping[str, Mapping[str, float]]]:
    """The weight of every sign, by kind of danger and what it is read with; read once."""
    found: Mapping[str, Mapping[str, Mapping[str, float]]] = tomllib.loads(
        (DATA / "danger.toml").read_text(encoding="utf-8")
    )
    return found
