"""What a score means before a FAQ has shown it, as it was for other people's FAQs.

    uv run --extra semantic python -m tests.benchmarks.fit_prior CLINC150_FOLDER

printed the numbers below; `calibration.py` says what they do.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prior:
    """Weights of signs and the constant, (n,), and how firm they are.

    `information` (n, n) is the Fisher information of one trial.
    """

    weights: tuple[float, ...]
    information: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Priors:
    """What is known before a FAQ has shown anything: of its subject, and of the first entry.

    `in_one`: what `first` knows is of every query, not of those on the subject alone.
    """

    subject: Prior
    first: Prior
    in_one: bool = False


#: An encoder tells alike what is on the subject, however many phrasings there are.
_ON_SUBJECT = Prior(
    (1.17, 0.3, 2.78, 7.45),
    (
        (0.3712, -0.0302, 0.236, -0.1666),
        (-0.0302, 0.0093, -0.0204, 0.0164),
        (0.236, -0.0204, 0.153, -0.1082),
        (-0.1666, 0.0164, -0.1082, 0.0796),
    ),
)

#: By what a text is read with: an encoder, where phrasings are few or more; the words of English;
#: the stems of another language.
PRIORS = {
    "encoder": Priors(
        subject=_ON_SUBJECT,
        first=Prior(
            (0.92, 0.54, -0.06, 1.48),
            (
                (0.4652, -0.1524, -0.0801, -0.2625),
                (-0.1524, 0.3996, 0.0645, 0.135),
                (-0.0801, 0.0645, 0.036, 0.0563),
                (-0.2625, 0.135, 0.0563, 0.1608),
            ),
        ),
    ),
    "encoder, more phrasings": Priors(
        subject=_ON_SUBJECT,
        first=Prior(
            (3.02, 0.76, 0.34, 4.45),
            (
                (0.2383, -0.0661, 0.1617, -0.1585),
                (-0.0661, 0.0358, -0.0465, 0.0526),
                (0.1617, -0.0465, 0.1166, -0.1122),
                (-0.1585, 0.0526, -0.1122, 0.1165),
            ),
        ),
        in_one=True,
    ),
    "words": Priors(
        subject=Prior(
            (0.73, 1.05, 0.98, 4.31),
            (
                (0.5346, -0.0444, 0.3362, -0.2211),
                (-0.0444, 0.0134, -0.0322, 0.0241),
                (0.3362, -0.0322, 0.2267, -0.1444),
                (-0.2211, 0.0241, -0.1444, 0.0999),
            ),
        ),
        first=Prior(
            (0.32, 0.48, 1.4, -0.95),
            (
                (0.5441, -0.2384, -0.1141, -0.2901),
                (-0.2384, 0.6701, 0.1106, 0.2063),
                (-0.1141, 0.1106, 0.0522, 0.0784),
                (-0.2901, 0.2063, 0.0784, 0.1754),
            ),
        ),
    ),
    "stems": Priors(
        subject=Prior(
            (0.32, 1.05, 0.53, 3.33),
            (
                (0.5475, -0.042, 0.5812, -0.2316),
                (-0.042, 0.0139, -0.0419, 0.0239),
                (0.5812, -0.0419, 0.6484, -0.2508),
                (-0.2316, 0.0239, -0.2508, 0.1062),
            ),
        ),
        first=Prior(
            (0.6, 0.43, 0.46, -0.28),
            (
                (0.5136, -0.2341, -0.1122, -0.276),
                (-0.2341, 0.7797, 0.1383, 0.222),
                (-0.1122, 0.1383, 0.0542, 0.0789),
                (-0.276, 0.222, 0.0789, 0.1679),
            ),
        ),
    ),
}
