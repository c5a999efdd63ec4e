"""Fits the prior of `faq.matching.calibration`: what a score means before a FAQ has shown it.

    uv run --extra semantic python -m tests.benchmarks.fit_prior CLINC150_FOLDER

Prints the weights, the Fisher information of one trial, and how well the weights hold for a family
of FAQs they were not fitted on: expected calibration error, AUROC of right against wrong. With
`FAQ_ENCODER=off` for words alone. CLINC150's test rows are not used.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from faq import Matcher
from faq.matching.calibration import IN_SCOPE_SHARE, features
from faq.matching.coverage import share_explained
from tests.benchmarks.few_phrasings import Asked, training_sets

Doubles = NDArray[np.float64]
RIDGE = 1e-3


@dataclass(frozen=True, slots=True)
class Rows:
    """Features of queries, whether the leader was right, and how much each query counts."""

    family: str
    name: str
    features: Doubles
    right: Doubles
    counts: Doubles


def rows_of(asked: Asked) -> Rows:
    """Every query asked of the FAQ; in and out of scope in the shares they are asked."""
    matcher = Matcher(asked.entries)
    queries = [*asked.queries, *((query, frozenset[str]()) for query in asked.outside)]
    found = []
    for query, gold in queries:
        reading = matcher.reader.read(query)
        outputs = matcher.model.outputs(reading)
        leader = int(outputs.argmax())
        covered = share_explained(matcher.vocabulary(leader), reading.words)
        right = matcher.entries[leader].id in gold
        found.append((*features(outputs, leader, covered), 1.0, float(right), float(bool(gold))))
    table = np.array(found)
    inside = table[:, -1] == 1
    counts = np.where(inside, IN_SCOPE_SHARE / inside.sum(), 0.2 / max(1, (~inside).sum()))
    return Rows(asked.family, asked.name, table[:, :4], table[:, 4], counts / counts.sum())


def fit(rows: Sequence[Rows]) -> tuple[Doubles, Doubles]:
    """Weights and the Fisher information of one trial; each family counts the same."""
    families = [each.family for each in rows]
    shown = np.vstack([each.features for each in rows])
    right = np.concatenate([each.right for each in rows])
    counts = np.concatenate([each.counts / families.count(each.family) for each in rows])
    counts /= counts.sum()
    weights, penalty = np.zeros(4), RIDGE * np.diag([1, 1, 1, 0])
    for _ in range(50):
        said = probability(shown, weights)
        gradient = shown.T @ (counts * (right - said)) - penalty @ weights
        information = (shown * (counts * said * (1 - said))[:, None]).T @ shown
        weights += np.linalg.solve(information + penalty, gradient)
    return weights, information


def probability(shown: Doubles, weights: Doubles) -> Doubles:
    """What the weights say of each row."""
    return np.asarray(1 / (1 + np.exp(-shown @ weights)))


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
    """Print the prior, and how it holds elsewhere."""
    rows = [rows_of(asked) for asked in training_sets(Path(sys.argv[1]))]
    for family in sorted({each.family for each in rows}):
        weights, _ = fit([each for each in rows if each.family != family])
        for each in rows:
            if each.family == family:
                said = probability(each.features, weights)
                error = calibration_error(said, each.right, each.counts)
                lead = each.right[each.counts == each.counts[0]].mean()
                print(
                    f"{each.name:24} first place {lead:5.1%}, fitted on the other families: "
                    f"calibration error {error:.1%}, "
                    f"AUROC {auroc(said, each.right, each.counts):.3f}"
                )
    weights, information = fit(rows)
    print("weights", tuple(weights.round(2).tolist()))
    print("information", tuple(tuple(row) for row in information.round(4).tolist()))


if __name__ == "__main__":
    main()
