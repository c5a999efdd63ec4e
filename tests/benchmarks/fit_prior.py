"""Fits the priors of `faq.matching.calibration`: what a score means before a FAQ has shown it.

    uv run --extra semantic python -m tests.benchmarks.fit_prior CLINC150_FOLDER

Prints, for both questions (is a query on the subject, and if so, is the first entry right), the
weights and the Fisher information of one trial, and how well the scores hold for a family of FAQs
they were not fitted on: expected calibration error, AUROC of right against wrong, the share of
the questions with an entry that are answered or asked back with it, and of those about something
else that are declined, at the default threshold. With `FAQ_ENCODER=off` for words alone; with
`--stems` besides for their stems alone, as other languages than English are read. CLINC150's test
rows are not used.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import stop_words
from numpy.typing import NDArray

from faq import Matcher
from faq.certainty import MOST_OFFERED
from faq.language import stems
from faq.matching.calibration import (
    NEAR_SHARE,
    Calibration,
    Signs,
    odds_to_first,
    signs_of,
)
from faq.matching.coverage import coverage_of
from faq.matching.priors import Prior, Priors
from faq.matching.second_opinion import FEW_PHRASINGS
from faq.model import IN_SCOPE_SHARE, Thresholds
from tests.benchmarks.few_phrasings import Asked, small_faqs, training_sets

Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]
RIDGE = 1e-3
#: English under a code of its own is read by its stems.
STEMS = "xe"


@dataclass(frozen=True, slots=True)
class Query:
    """What the matcher sees of a query; whether an entry answers it, leads, or is near the top."""

    signs: Signs
    odds: NDArray[np.float32]
    inside: bool
    right: bool
    offered: bool
    near: bool


@dataclass(frozen=True, slots=True)
class Rows:
    """The queries of one FAQ."""

    family: str
    name: str
    queries: tuple[Query, ...]

    @property
    def inside(self) -> Bools:
        """Which an entry answers."""
        return np.array([q.inside for q in self.queries])

    @property
    def right(self) -> Bools:
        """For which the right entry leads."""
        return np.array([q.right for q in self.queries])

    @property
    def counts(self) -> Doubles:
        """How much each query counts, 1 together: in and out of scope in the shares asked."""
        near = np.array([q.near for q in self.queries])
        far = ~near & ~self.inside
        near_share = NEAR_SHARE if near.any() and far.any() else float(near.any())
        shares = (
            (self.inside, IN_SCOPE_SHARE),
            (near, (1 - IN_SCOPE_SHARE) * near_share),
            (far, (1 - IN_SCOPE_SHARE) * (1 - near_share)),
        )
        total = sum((share * kind / max(1, kind.sum()) for kind, share in shares), np.zeros(1))
        return np.asarray(total / total.sum())


def rows_of(asked: Asked, language: str) -> Rows:
    """Every query asked of the FAQ."""
    matcher = Matcher(asked.entries, language=language)
    asks = [(q, gold, not gold) for q, gold in asked.queries]
    asks += [(q, frozenset(), True) for q in asked.near]
    asks += [(q, frozenset(), False) for q in asked.off]
    return Rows(
        asked.family, asked.name, tuple(_query(matcher, q, gold, near) for q, gold, near in asks)
    )


def _query(matcher: Matcher, query: str, gold: frozenset[str], near: bool) -> Query:
    reading = matcher.reader.read(query)
    [(outputs, nearest)] = matcher.model.fit([reading])
    outputs = outputs[: len(matcher.entries)]
    best = np.argsort(-outputs, kind="stable")[:MOST_OFFERED]
    leader = int(best[0])
    covered = coverage_of(matcher.vocabulary(leader), reading.words)
    right = [matcher.entries[i].id in gold for i in best.tolist()]
    signs = signs_of(outputs, leader, covered, nearest)
    odds = odds_to_first(outputs[best], float(outputs[leader]))
    return Query(signs, odds, bool(gold), right[0], any(right), near)


def priors(rows: Sequence[Rows], *, in_one: bool = False) -> Priors:
    """What these FAQs tell; each family counts the same."""
    families = [each.family for each in rows]
    counts = np.concatenate([each.counts / families.count(each.family) for each in rows])
    queries = [query for each in rows for query in each.queries]
    on_subject = np.array([q.inside or q.near for q in queries])
    right = np.array([q.right for q in queries])
    of_subject = np.array([q.signs.of_subject for q in queries])
    subject = fit(of_subject, on_subject, counts)
    if in_one:
        return Priors(subject, fit(of_subject, right, counts), in_one=True)
    of_first = np.array([q.signs.of_first for q in queries])
    first = fit(of_first[on_subject], right[on_subject], counts[on_subject])
    return Priors(subject, first)


def fit(shown: Doubles, happened: Bools, counts: Doubles) -> Prior:
    """Weights and the Fisher information of one trial (Newton's method)."""
    size = shown.shape[1]
    weights, penalty = np.zeros(size), RIDGE * np.diag([*[1] * (size - 1), 0])
    counts = counts / counts.sum()
    for _ in range(50):
        said = 1 / (1 + np.exp(-shown @ weights))
        gradient = shown.T @ (counts * (happened - said)) - penalty @ weights
        information = (shown * (counts * said * (1 - said))[:, None]).T @ shown
        weights += np.linalg.solve(information + penalty, gradient)
    return Prior(tuple(weights.round(2).tolist()), tuple(map(tuple, information.round(4).tolist())))


def report(rows: Rows, known: Priors) -> str:
    """How well a prior holds for a FAQ."""
    subject, first = (np.array(p.weights, dtype=np.float32) for p in (known.subject, known.first))
    calibration = Calibration(subject, first, known.in_one)
    scores = [calibration.scores(q.signs, q.odds) for q in rows.queries]
    said = np.array([each[0] for each in scores]) / 100
    asked_back = np.array([each.sum() for each in scores]) >= Thresholds().suggest
    right, counts, inside = rows.right.astype(float), rows.counts, rows.inside
    far = ~inside & ~np.array([q.near for q in rows.queries])
    offered = np.array([q.offered for q in rows.queries])
    return (
        f"first place {right[inside].mean():5.1%}, calibration error "
        f"{calibration_error(said, right, counts):.1%}, AUROC {auroc(said, right, counts):.3f}, "
        f"right or offered {(asked_back & offered)[inside].mean():.1%}, "
        f"off-topic declined {(~asked_back[far]).mean():.1%}"
    )


def calibration_error(said: Doubles, right: Doubles, counts: Doubles) -> float:
    """Expected calibration error over ten bins, 0 to 1."""
    bins = np.minimum((said * 10).astype(int), 9)
    gaps = [abs((counts * (said - right))[bins == number].sum()) for number in range(10)]
    return float(sum(gaps) / counts.sum())


def auroc(said: Doubles, right: Doubles, counts: Doubles) -> float:
    """The chance that a right answer scores above a wrong one."""
    order = np.argsort(said)
    truth, weight = right[order], counts[order]
    below = np.cumsum(weight * (1 - truth))
    return float((weight * truth * below).sum() / ((weight * truth).sum() * below[-1]))


def main() -> None:
    """Print the priors, and how they hold elsewhere."""
    language = STEMS if "--stems" in sys.argv else "en"
    if language == STEMS:
        stems.SNOWBALL[STEMS] = "english"
        stop_words.LANGUAGE_MAPPING[STEMS] = "english"
    rows, more = [], []
    for asked in training_sets(Path(sys.argv[1])):
        rows.append(rows_of(asked, language))
        if sum(len(e.phrasings) for e in asked.entries) > FEW_PHRASINGS * len(asked.entries):
            more.append(rows[-1])
    for family in sorted({each.family for each in rows}):
        elsewhere = priors([each for each in rows if each.family != family])
        for each in rows:
            if each.family == family:
                print(f"{each.name:24} fitted on the other families:", report(each, elsewhere))
    known = priors(rows)
    for asked in small_faqs():
        print(f"{asked.name:24} fitted on others:", report(rows_of(asked, language), known))
    print(known)
    print("More phrasings:", priors(more, in_one=True))


if __name__ == "__main__":
    main()
