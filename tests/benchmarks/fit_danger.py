"""Makes faq/data/danger.npz: what words tell of danger (`faq/danger.py`).

    uv run --all-extras python -m tests.benchmarks.fit_danger

Learns from `training/alerts`: every message of danger against the calm ones in the same words; and
from the shipped FAQ, what its alerts are found by and its questions. What people ask other FAQs
(`training/faqs`) is calm, too, and counts a tenth. Prints how well messages of danger are told from
calm ones by what the other writers' messages taught (AUROC).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from faq import load
from faq.alarm import URGENT
from faq.danger import DangerClassifier, tfidf
from faq.language.lexicon import DATA
from faq.language.spelling import Repairer
from faq.matching.similarity import MOST_WORDS, word_features
from faq.model import INFORMING
from tests.benchmarks.compare import auroc
from tests.benchmarks.training_data import MILDER, Situation, situations, written_faqs

#: What stands in one text only tells nothing.
FEWEST_TEXTS = 2
#: How far the weights may go (scikit-learn's C).
FREEDOM = 5.0
OF_OTHER_FAQS = 0.1
#: Phrasings of a shipped question that count as calm.
A_FEW = 12

Words = tuple[str, ...]


class Stored(NamedTuple):
    """What the classifier is made of, as `DangerClassifier` takes it."""

    codes: NDArray[np.uint32]
    idf: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: float


def learnt(danger: Sequence[Words], calm: Sequence[Words], elsewhere: Sequence[Words]) -> Stored:
    """The classifier as it is stored."""
    texts = [*danger, *calm, *elsewhere]
    features = [list(word_features(words[:MOST_WORDS])) for words in texts]
    owners = Counter(code for each in features for code in set(each))
    codes = np.array(sorted(c for c, n in owners.items() if n >= FEWEST_TEXTS), dtype=np.uint32)
    counts = np.array([owners[code] for code in codes.tolist()])
    idf = (np.log((1 + len(texts)) / (1 + counts)) + 1).astype(np.float32)
    rows = [tfidf(each, codes, idf) for each in features]
    matrix = csr_matrix(
        (
            np.concatenate([values for values, _ in rows]),
            np.concatenate([numbers for _, numbers in rows]),
            np.cumsum([0, *(len(values) for values, _ in rows)]),
        ),
        shape=(len(texts), len(codes)),
    )
    truth = np.arange(len(texts)) < len(danger)
    counted = np.ones(len(texts))
    counted[len(danger) + len(calm) :] = OF_OTHER_FAQS
    model = LogisticRegression(C=FREEDOM, max_iter=2000).fit(matrix, truth, sample_weight=counted)
    return Stored(codes, idf, model.coef_[0].astype(np.float32), float(model.intercept_[0]))


def of_shipped() -> tuple[list[str], list[str]]:
    """What the shipped alerts are found by; its questions, and what is calm near the alerts."""
    knowledge = load()
    danger = [p for e in knowledge.entries if e.kind in URGENT for p in e.phrasings]
    calm = [p for e in knowledge.entries if e.kind in URGENT for p in e.calm]
    calm += [p for e in knowledge.entries if e.kind in INFORMING for p in e.phrasings[:A_FEW]]
    return danger, [*calm, *knowledge.negatives]


def main() -> None:
    """Write the file; say how it does with writers it has not read."""
    read = Repairer([]).repair
    every = list(situations())
    elsewhere = [
        tuple(read(r)) for f in written_faqs(False) for e in f.entries for r in e.rewordings
    ]

    urgent, questions = of_shipped()

    def fit(some: Sequence[Situation]) -> Stored:
        danger = [*urgent, *(m for s in some if s.kind not in MILDER for m in s.danger)]
        calm = [*questions, *(m for s in some for m in s.calm)]
        return learnt([tuple(read(m)) for m in danger], [tuple(read(m)) for m in calm], elsewhere)

    for writer in sorted({s.writer for s in every}):
        known = DangerClassifier(*fit([s for s in every if s.writer != writer]))
        own = [s for s in every if s.writer == writer and s.kind not in MILDER]
        danger, calm = (
            [known.log_odds(read(m)) for m in messages]
            for messages in ([m for s in own for m in s.danger], [m for s in own for m in s.calm])
        )
        print(f"writer {writer}: AUROC {auroc(danger, calm):.3f} of {len(danger)} and {len(calm)}")
    made = fit(every)
    idf, weights = made.idf.astype(np.float16), made.weights.astype(np.float16)
    np.savez_compressed(
        DATA / "danger.npz", codes=made.codes, idf=idf, weights=weights, bias=made.bias
    )


if __name__ == "__main__":
    main()
