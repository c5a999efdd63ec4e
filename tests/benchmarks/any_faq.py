"""This matcher and what others use, on any FAQs, by phrasings an entry: what a user gets.

    uv run --extra semantic --extra peers python -m tests.benchmarks.any_faq FOLDER...

A folder holds `entries.jsonl` (`id`, `phrasings`, perhaps `answer`) and `queries.jsonl` (`q`,
`gold`: ids of the entries that answer it, none where no entry does), or CLINC150's
`data_full.json` with `train_10.*`; a file of `tests/benchmarks/faqs` or `tests/languages` serves,
too. `--shots 1 2 3`
draws so many phrasings of each entry; `--every 5` takes each fifth query; `--growth` asks ever
larger parts of a FAQ. `FAQ_ENCODER=off` measures words alone.

P@1, R@3, MRR: the right entry first, among three, its mean reciprocal rank, in %. AUROC: how well
the best score tells queries with an entry from those without. Then what the bot itself does with
the thresholds it has by default, in % of the queries with an entry (right, right one offered,
wrong answer, declined) and of those without (declined), and the calibration error: how far the
share of right answers is from the score, on average.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process, utils

from faq import Entry, Knowledge, Matcher, Outcome, Responder
from faq.matching.onnx_encoder import SHIPPED, OnnxEncoder, Settings
from tests.benchmarks import few_phrasings
from tests.benchmarks.compare import auroc
from tests.benchmarks.few_phrasings import Asked

Scores = NDArray[np.float64]
#: The score of every entry for a query, in the order of the entries.
Rank = Callable[[str], Scores]
SHOTS = (1, 2, 3, 5, 10)
BINS = 10


def read(folder: Path, every: int) -> Asked:
    """A folder of either kind."""
    if (folder / "data_full.json").exists():
        rows = json.loads((folder / "data_full.json").read_text("utf-8"))
        queries = [(q, frozenset({gold})) for q, gold in rows["test"]]
        queries += [(q, frozenset()) for q, _ in rows["oos_test"]]
        texts, labels = (
            (folder / f"train_10.{kind}").read_text("utf-8").splitlines()
            for kind in ("seq.in", "label")
        )
        phrasings: dict[str, list[str]] = {}
        for text, label in zip(texts, labels, strict=True):
            phrasings.setdefault(label, []).append(text)
        entries = [few_phrasings.entry(name, of, "") for name, of in phrasings.items()]
    elif folder.suffix == ".json":
        stored = few_phrasings.small_faq(folder)
        queries = [*stored.queries, *((query, frozenset[str]()) for query in stored.off)]
        return replace(stored, name=folder.name, queries=tuple(queries[::every]))
    else:
        entries = [
            few_phrasings.entry(row["id"], row["phrasings"], row.get("answer", ""))
            for row in lines(folder / "entries.jsonl")
        ]
        ids = {each.id for each in entries}
        queries = [
            (row["q"], frozenset(row["gold"]) & ids) for row in lines(folder / "queries.jsonl")
        ]
    return Asked("", folder.name, tuple(entries), tuple(queries[::every]))


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def ours(entries: Sequence[Entry], language: str = "en") -> Rank:
    """This project's matcher."""
    matcher = Matcher(entries, language=language)
    place = {each.id: number for number, each in enumerate(entries)}

    def rank(query: str) -> Scores:
        scores = np.zeros(len(entries))
        for candidate in matcher.rank(query, len(entries)):
            scores[place[candidate.entry.id]] = candidate.score
        return scores

    return rank


def by_phrasing(
    build: Callable[[list[str]], Rank], answers: bool = False
) -> Callable[[Sequence[Entry]], Rank]:
    """A ranker of texts as one of entries, by the best text of each; with its answer or without."""

    def of(entries: Sequence[Entry]) -> Rank:
        texts = [p + (f" {e.answer}" if answers else "") for e in entries for p in e.phrasings]
        starts = np.cumsum([0, *(len(e.phrasings) for e in entries)])[:-1]
        rank = build(texts)
        return lambda query: np.maximum.reduceat(rank(query), starts)

    return of


def cosine(texts: list[str]) -> Rank:
    """MiniLM as it comes: the mean of all tokens of the last layer."""
    encoder = OnnxEncoder(SHIPPED, Settings(pooling="all"))
    vectors = encoder.encode(texts)
    return lambda query: np.asarray(vectors @ encoder.encode([query])[0], dtype=np.float64)


def bm25(texts: list[str]) -> Rank:
    """bm25s with its own tokeniser."""
    import bm25s  # noqa: PLC0415 - extra `peers`

    index = bm25s.BM25()
    index.index(bm25s.tokenize(texts, show_progress=False), show_progress=False)

    def rank(query: str) -> Scores:
        (tokens,) = bm25s.tokenize(query, return_ids=False, show_progress=False)
        known = [token for token in tokens if token in index.vocab_dict]
        return np.asarray(index.get_scores(known), np.float64) if known else np.zeros(len(texts))

    return rank


def fuzzy(texts: list[str]) -> Rank:
    """rapidfuzz's token_set_ratio."""
    clean = [utils.default_process(text) for text in texts]
    return lambda query: process.cdist(
        [utils.default_process(query)], clean, scorer=fuzz.token_set_ratio
    )[0].astype(np.float64)


def chatterbot(texts: list[str]) -> Rank:
    """ChatterBot's comparison of statements."""
    from chatterbot.comparisons import LevenshteinDistance  # noqa: PLC0415 - optional
    from chatterbot.conversation import Statement  # noqa: PLC0415

    compare = LevenshteinDistance(language=None).compare
    statements = [Statement(text) for text in texts]
    return lambda query: np.array([compare(Statement(query), each) for each in statements])


def linear_svc(entries: Sequence[Entry]) -> Rank:
    """scikit-learn: TF-IDF of words and word pairs, LinearSVC."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - extra `peers`
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415
    from sklearn.svm import LinearSVC  # noqa: PLC0415

    pairs = [(p, number) for number, each in enumerate(entries) for p in each.phrasings]
    model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LinearSVC())
    model.fit([text for text, _ in pairs], [number for _, number in pairs])
    return lambda query: np.asarray(model.decision_function([query])[0], dtype=np.float64)


RANKERS: dict[str, Callable[[Sequence[Entry]], Rank]] = {
    "this matcher": ours,
    "MiniLM cosine": by_phrasing(cosine),
    "bm25s, question": by_phrasing(bm25),
    "bm25s, question + answer": by_phrasing(bm25, answers=True),
    "TF-IDF + LinearSVC": linear_svc,
    "rapidfuzz token_set_ratio": by_phrasing(fuzzy),
    "ChatterBot": by_phrasing(chatterbot),
}


def ranking(asked: Asked, rank: Rank) -> tuple[list[float], str]:
    """P@1, R@3, MRR and AUROC of a ranker, and how long a query takes."""
    ids = [each.id for each in asked.entries]
    places: list[int] = []
    inside: list[float] = []
    outside: list[float] = []
    begun = time.process_time()
    for query, gold in asked.queries:
        scores = rank(query)
        if gold:
            order = np.argsort(-scores, kind="stable")
            places.append(1 + next(n for n, i in enumerate(order) if ids[i] in gold))
        (inside if gold else outside).append(float(scores.max()))
    spent = 1000 * (time.process_time() - begun) / len(asked.queries)
    place = np.array(places)
    found = [100 * float(np.mean(v)) for v in (place == 1, place <= 3, 1 / place)]
    separation = f"{auroc(inside, outside):.3f}" if outside else "-"
    return found, f"{separation} | {spent:.1f}"


def user_gets(asked: Asked) -> str:
    """What the bot does, with the thresholds a new FAQ has, and the calibration error."""
    responder = Responder(Knowledge(title="-", entries=asked.entries, language=asked.language))
    counts: Counter[str] = Counter()
    scored = []
    for query, gold in asked.queries:
        reply = responder.reply(query)
        offered = {c.entry.id for c in reply.candidates} if reply.outcome is Outcome.SUGGEST else ()
        if not gold:
            counts["outside"] += 1
            counts["declined outside"] += reply.outcome is Outcome.FALLBACK
            continue
        counts["inside"] += 1
        right = bool({each.id for each in reply.answers} & gold)
        counts["right"] += right
        counts["offered"] += bool(gold & set(offered))
        counts["wrong"] += bool(reply.answers) and not right
        counts["declined"] += reply.outcome is Outcome.FALLBACK
        best = responder.matcher.rank(query, 1)[0]
        scored.append((best.score / 100, best.entry.id in gold))
    kinds = ("right", "offered", "wrong", "declined")
    shares = [f"{100 * counts[kind] / counts['inside']:.0f}" for kind in kinds]
    outside = counts["outside"]
    shares.append(f"{100 * counts['declined outside'] / outside:.0f}" if outside else "-")
    return f"{' | '.join(shares)} | {calibration_error(scored):.1f}"


def calibration_error(scored: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error in points: |score - share right| over ten bins."""
    scores, right = (np.array(column, dtype=float) for column in zip(*scored, strict=True))
    bins = np.minimum((scores * BINS).astype(int), BINS - 1)
    gaps = [
        (bins == each).mean() * abs(scores[bins == each].mean() - right[bins == each].mean())
        for each in np.unique(bins)
    ]
    return 100 * float(sum(gaps))


def table(asked: Asked, shots: Sequence[int]) -> Iterator[str]:
    """Rows for one FAQ, as Markdown."""
    yield f"\n**{asked.name}**: {len(asked.entries)} entries, {len(asked.queries)} queries\n"
    yield (
        "| phrasings | matcher | P@1 | R@3 | MRR | AUROC | ms CPU "
        "| right | offered | wrong | declined | outside declined | calibration error |"
    )
    yield f"|{'---|' * 13}"
    most = max(len(each.phrasings) for each in asked.entries)
    for number in sorted({min(shot, most) for shot in shots}):
        drawn = asked.drawn(number)
        for name, build in RANKERS.items():
            try:
                own = build is ours
                rank = ours(drawn.entries, drawn.language) if own else build(drawn.entries)
                found, rest = ranking(drawn, rank)
            except ImportError as missing:
                yield f"| {number} | {name}: not run, {missing} |"
                continue
            figures = " | ".join(f"{value:.1f}" for value in found)
            got = user_gets(drawn) if own else "| | | | |"
            yield f"| {number} | {name} | {figures} | {rest} | {got} |"


def growth(asked: Asked) -> Iterator[str]:
    """What a user gets as entries are added, one phrasing each."""
    yield (
        "| entries | queries | right | offered | wrong | declined "
        "| outside declined | calibration error |"
    )
    yield f"|{'---|' * 8}"
    size = 5
    while size < 2 * len(asked.entries):
        part = asked.drawn(1).part(min(size, len(asked.entries)))
        if part.queries:
            yield f"| {len(part.entries)} | {len(part.queries)} | {user_gets(part)} |"
        size *= 2


def main() -> None:
    """Print the tables asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--shots", nargs="+", type=int, default=SHOTS)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--growth", action="store_true")
    options = parser.parse_args()
    for folder in options.folders:
        asked = read(folder, options.every)
        for row in growth(asked) if options.growth else table(asked, options.shots):
            print(row, flush=True)


if __name__ == "__main__":
    main()
