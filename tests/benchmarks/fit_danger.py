"""Makes faq/data/danger.npz and danger.toml: what tells of danger (`faq/danger.py`).

    uv run --all-extras python -m tests.benchmarks.fit_danger

The words learn from `training/alerts`, every message of danger against the calm ones in the same
words; from `tests/alert_questions.jsonl`, of which nothing may be missed and which therefore
measures nothing any more; and from the shipped FAQ, what its alerts are found by and its questions.
What people ask other FAQs (`training/faqs`) is calm, too, and counts a tenth.

The vectors of the shipped encoder teach one classifier more for each kind of danger. The decision
for each kind learns what the signs weigh from two messages of each situation, read with the encoder
or without in turns, which gives two decisions; what words and vectors say there is what the other
writers' messages taught. Prints how well messages of danger are told from calm ones, each writer's
by what the others taught (AUROC). To be run again when the encoder or the alerts change: ten
minutes on a quiet core.
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from faq import Knowledge, Matcher, load
from faq.alarm import URGENT
from faq.danger import DangerClassifier, Signs, signs_of, tfidf
from faq.language.lexicon import DATA
from faq.language.spelling import Repairer
from faq.matching.similarity import MOST_WORDS, word_features
from faq.message import read
from faq.model import ALERTS, INFORMING, Outcome
from faq.triggers import TriggerIndex
from tests.benchmarks.compare import auroc
from tests.benchmarks.training_data import MILDER, Situation, situations, written_faqs

#: Half of the messages are read with the shipped encoder, half without one.
READ_BY = ("auto", "off")
BY_MEANING = 0
DIMENSIONS = 384
#: What stands in one text only tells nothing.
FEWEST_TEXTS = 2
#: How far the weights of words may go (scikit-learn's C).
FREEDOM = 5.0
OF_OTHER_FAQS = 0.1
#: Phrasings of a shipped question that count as calm.
A_FEW = 12
#: Questions to other FAQs that the decision learns from, as calm as a message in danger's words is.
ELSEWHERE = 600
#: What may be meant as self-harm, or may not: neither decision learns from it as the other's.
HARM, BETWEEN = {"self_harm", "suicidal"}, {"overdose", "stopped_pills"}

#: Messages that the shipped alerts must tell apart; each counts so many times.
ASKED, TIMES = Path(__file__).parents[1] / "alert_questions.jsonl", 3
URGENT_WORDS = frozenset(kind.value for kind in URGENT)

Words = tuple[str, ...]
Floats = NDArray[np.float64]
Strings = NDArray[np.str_]
Vector = NDArray[np.float32]
#: By kind of danger: the weights of a vector, and the constant.
Meaning = Mapping[str, Vector]


class Stored(NamedTuple):
    """What the classifier is made of, as `DangerClassifier` takes it."""

    codes: NDArray[np.uint32]
    idf: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: float


class Told(NamedTuple):
    """A message of a situation, or (without a writer) to another FAQ."""

    text: str
    writer: str
    kind: str
    danger: bool


def learnt(danger: Sequence[Words], calm: Sequence[Words], elsewhere: Sequence[Words]) -> Stored:
    """The classifier as it is stored."""
    texts = [*danger, *calm, *elsewhere]
    features = [features_of(words) for words in texts]
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
    model = LogisticRegression(C=FREEDOM, solver="liblinear", random_state=0)
    model.fit(matrix, truth, sample_weight=counted)
    return Stored(codes, idf, model.coef_[0].astype(np.float32), float(model.intercept_[0]))


@cache
def features_of(words: Words) -> Sequence[int]:
    """The features of a text; most are asked for once a writer."""
    return list(word_features(words[:MOST_WORDS]))


def of_shipped() -> tuple[list[str], list[str]]:
    """What the shipped alerts are found by, and must hear; its questions, and what is calm."""
    knowledge = load()
    danger = [p for e in knowledge.entries if e.kind in URGENT for p in e.phrasings]
    calm = [p for e in knowledge.entries if e.kind in URGENT for p in e.calm]
    calm += [p for e in knowledge.entries if e.kind in INFORMING for p in e.phrasings[:A_FEW]]
    rows = [json.loads(line) for line in ASKED.read_text(encoding="utf-8").splitlines()]
    danger += TIMES * [row["q"] for row in rows if not URGENT_WORDS.isdisjoint(row["gold"])]
    calm += TIMES * [row["q"] for row in rows if URGENT_WORDS.isdisjoint(row["gold"])]
    return danger, [*calm, *knowledge.negatives]


def by_words(every: Sequence[Situation]) -> Mapping[str, Stored]:
    """The classifier that all but one writer taught, by that writer; by "" the one all did."""
    plain = Repairer([]).repair
    faqs = written_faqs(False)
    elsewhere = [tuple(plain(r)) for f in faqs for e in f.entries for r in e.rewordings]
    urgent, questions = of_shipped()

    def fit(some: Sequence[Situation]) -> Stored:
        danger = [*urgent, *(m for s in some if s.kind not in MILDER for m in s.danger)]
        calm = [*questions, *(m for s in some for m in s.calm)]
        return learnt([tuple(plain(m)) for m in danger], [tuple(plain(m)) for m in calm], elsewhere)

    writers = ["", *sorted({s.writer for s in every})]
    return {out: fit([s for s in every if s.writer != out]) for out in writers}


def told(every: Sequence[Situation]) -> Iterator[Told]:
    """A message of danger and a calm one of each situation; what other FAQs are asked."""
    draw = random.Random(0)
    for s in every:
        yield Told(draw.choice(s.danger), s.writer, s.kind, danger=True)
        yield Told(draw.choice(s.calm), s.writer, s.kind, danger=False)
    asked = [r for f in written_faqs(False) for e in f.entries for r in e.rewordings]
    for text in draw.sample(asked, ELSEWHERE):
        yield Told(text, "", "", danger=False)


def signs(
    rows: Sequence[Told], words: Mapping[str, Stored], meaning: Mapping[str, Meaning]
) -> Mapping[Outcome, Floats]:
    """What each message tells of each kind of danger, shape (messages, signs)."""
    known = {out: DangerClassifier(*stored, meaning[out]) for out, stored in words.items()}
    found = {kind: np.zeros((len(rows), len(Signs._fields))) for kind in URGENT}
    for turn, encoder in enumerate(READ_BY):
        knowledge, matcher = _shipped(encoder)
        triggers = TriggerIndex(e for e in knowledge.entries if e.kind in ALERTS)
        for number, row in enumerate(rows):
            message = read(row.text, matcher) if _turn_of(number) == turn else None
            if message is None:
                continue
            whole, parts = message.whole, message.sentences
            for kind in URGENT:
                found[kind][number] = signs_of(
                    whole, parts, kind, triggers, known[row.writer], by_meaning=turn == BY_MEANING
                )
    return found


def _shipped(encoder: str) -> tuple[Knowledge, Matcher]:
    os.environ["FAQ_ENCODER"] = encoder
    knowledge = load()
    return knowledge, Matcher(
        knowledge.entries,
        negatives=knowledge.negatives,
        in_scope_share=knowledge.in_scope_share,
    )


def by_meaning(every: Sequence[Situation], rows: Sequence[Told]) -> Mapping[str, Meaning]:
    """Like `by_words`, for each kind of danger, from the vectors of all messages."""
    knowledge, matcher = _shipped(READ_BY[BY_MEANING])
    asked = [row for row in rows if not row.writer]
    asked += [Told(text, "", "", danger=False) for text in of_shipped()[1]]
    urgent = [(text, e.kind) for e in knowledge.entries if e.kind in URGENT for text in e.phrasings]
    asked += [Told(text, "", kind.value, danger=True) for text, kind in urgent]
    for s in every:
        asked += [Told(text, s.writer, s.kind, danger=True) for text in s.danger]
        asked += [Told(text, s.writer, s.kind, danger=False) for text in s.calm]
    vectors = np.array([vector_of(row.text, matcher) for row in asked])
    writers = np.array([row.writer for row in asked])
    found: dict[str, dict[str, Vector]] = {}
    for out in sorted({""} | {s.writer for s in every}):
        for kind in URGENT:
            truths = [truth_of(row, kind) for row in asked]
            used = np.array([truth is not None for truth in truths])
            used &= (writers != out) | (writers == "")
            truth = np.array([bool(truth) for truth in truths])
            model = LogisticRegression(C=FREEDOM, max_iter=1000).fit(vectors[used], truth[used])
            weights = np.append(model.coef_[0], model.intercept_[0])
            found.setdefault(out, {})[kind.value] = weights.astype(np.float32)
    return found


def vector_of(text: str, matcher: Matcher) -> Vector:
    """What the encoder makes of a message."""
    message = read(text, matcher)
    return message.whole.reading.vector if message else np.zeros(DIMENSIONS, dtype=np.float32)


def _turn_of(number: int) -> int:
    """Rows come in pairs, of danger and calm: each situation's are read in both ways."""
    return (number + number // 2) % 2


def truth_of(row: Told, kind: Outcome) -> bool | None:
    """Whether a message is of this kind of danger; None if it is nothing to learn from.

    Low mood is neither kind: it has its own reply.
    """
    if not row.danger or row.kind == "low_mood":
        return False
    if kind is Outcome.SELF_HARM:
        return None if row.kind in BETWEEN else row.kind in HARM
    return None if row.kind in HARM | MILDER else True


def weighed(given: Floats, truth: NDArray[np.bool_]) -> Floats:
    """What each sign weighs, and the bias: (signs + 1,)."""
    mean, spread = given.mean(axis=0), given.std(axis=0) + 1e-9
    model = LogisticRegression(max_iter=2000).fit((given - mean) / spread, truth)
    weights = model.coef_[0] / spread
    return np.append(weights, model.intercept_[0] - weights @ mean)


def main() -> None:
    """Write the files; say how the decisions do with writers they have not read."""
    every = list(situations())
    rows = list(told(every))
    words, meaning = by_words(every), by_meaning(every, rows)
    given = signs(rows, words, meaning)
    turns = np.array([_turn_of(number) for number in range(len(rows))])
    lines = ["# Made by tests/benchmarks/fit_danger.py: what each sign of a kind of danger weighs."]
    for kind in URGENT:
        truths = [truth_of(row, kind) for row in rows]
        meant = np.array([truth is not None for truth in truths])
        truth = np.array([bool(truth) for truth in truths])
        writers = np.array([row.writer for row in rows])
        decisions = {}
        for turn, name in enumerate(("by_meaning", "by_words")):
            own = meant & (turns == turn)
            print(f"{kind.value}, {name}:", told_apart(given[kind][own], truth[own], writers[own]))
            decisions[name] = weighed(given[kind][own], truth[own])
        # The vectors have learnt these writers' ways, too: alone they miss more of other people's.
        decisions["by_meaning"] = (decisions["by_meaning"] + decisions["by_words"]) / 2
        for name, weights in decisions.items():
            lines += ["", f"[{kind.value}.{name}]", f"bias = {weights[-1]:.3f}"]
            lines += [f"{n} = {w:.3f}" for n, w in zip(Signs._fields, weights, strict=False)]
    (DATA / "danger.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    encoder = _shipped(READ_BY[BY_MEANING])[1].reader.encoder
    made = words[""]
    np.savez_compressed(
        DATA / "danger.npz",
        codes=made.codes,
        idf=made.idf.astype(np.float16),
        weights=made.weights.astype(np.float16),
        bias=made.bias,
        encoder=encoder.key if encoder else "",
        emergency=meaning[""]["emergency"],
        self_harm=meaning[""]["self_harm"],
    )


def told_apart(given: Floats, truth: NDArray[np.bool_], writers: Strings) -> str:
    """How well each writer's messages are told apart by what the others taught (AUROC)."""
    rates = []
    for writer in sorted(set(writers.tolist()) - {""}):
        own = writers == writer
        if len(set(truth[own].tolist())) < 2:
            continue
        *weights, bias = weighed(given[~own], truth[~own])
        odds = given[own] @ np.array(weights) + bias
        rates.append(auroc(odds[truth[own]].tolist(), odds[~truth[own]].tolist()))
    return f"AUROC {np.mean(rates):.3f}; by writer {', '.join(f'{r:.3f}' for r in rates)}"


if __name__ == "__main__":
    main()
