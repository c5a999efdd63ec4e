"""Multinomial logistic regression over a similarity matrix, in closed steps.

Entries, not phrasings, are scored: an entry's weight on every phrasing is learnt so that each
phrasing would be told apart from all other entries. Solved by maximising Böhning's quadratic
bound (D. Böhning, "Multinomial logistic regression algorithm", 1992), whose step needs one
matrix inverse for all steps and classes, sped up by Nesterov's momentum.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Labels = NDArray[np.int64]

#: Ridge and number of steps: on CLINC150's validation rows 0.004-0.02 and 45-200 steps lie
#: within 0.3 points of each other.
RIDGE = 0.02
STEPS = 45


def softmax(logits: Floats) -> Floats:
    """Rows as probabilities."""
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), dtype=np.float32)


def fit(similarity: Floats, labels: Labels, classes: int, *, steps: int = STEPS) -> Floats:
    """Weights (phrasings, classes): a query's logits are its similarities times them.

    `similarity` is the symmetric (phrasings, phrasings) matrix, `labels` a class a phrasing.
    """
    n = len(similarity)
    bound = np.linalg.inv(similarity / 2 + RIDGE * np.eye(n, dtype=np.float32))
    truth = np.eye(classes, dtype=np.float32)[labels]
    weights: Floats = np.zeros((n, classes), dtype=np.float32)
    ahead: Floats = weights
    momentum = 1.0
    for _ in range(steps):
        gradient = truth - softmax(similarity @ ahead) - RIDGE * ahead
        stepped = np.asarray(ahead + bound @ gradient, dtype=np.float32)
        grown = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        push = np.float32((momentum - 1) / grown)
        ahead = np.asarray(stepped + push * (stepped - weights), dtype=np.float32)
        weights, momentum = stepped, grown
    return weights


def fit_binary(features: Floats, truth: Floats, importance: Floats) -> Floats:
    """Weights (features + 1,) of a two-class regression, the last one the intercept.

    Newton's method; `importance` weighs the rows. Used for calibration (Platt 1999).
    """
    rows = np.hstack([features, np.ones((len(features), 1))]).astype(np.float64)
    weights = np.zeros(rows.shape[1])
    penalty = np.diag([1.0] * features.shape[1] + [0.05])  # the last keeps tiny FAQs finite
    for _ in range(25):
        chance = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        gradient = rows.T @ (importance * (truth - chance)) - penalty @ weights
        curvature = (rows * (importance * chance * (1 - chance))[:, None]).T @ rows + penalty
        weights = weights + np.linalg.solve(curvature + 1e-9 * np.eye(len(weights)), gradient)
    return weights.astype(np.float32)
