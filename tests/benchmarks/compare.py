"""This matcher beside what a user would pick instead, in one run, as Markdown tables.

    uv run --extra semantic --extra peers python -m tests.benchmarks.compare CLINC150_FOLDER

The folder holds `data_full.json` (clinc/oos-eval, CC BY 3.0) and the published few-shot splits
`train_5.seq.in`, `train_5.label`, `train_10.…` (jianguoz/Few-Shot-Intent-Detection). Figures
are on the test rows; nothing was chosen on them. `--reliability` shows instead what this
matcher's scores mean there; `--speed` times growth (no data needed); `--every 10` takes every
tenth query for a quick look; `FAQ_ENCODER=off` measures words alone.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from faq.curator.evaluation import Scored, reliability
from tests.benchmarks.peers import PEERS, Ask, ours

WORDS = 400  # distinct made-up words in the growth test


@dataclass(frozen=True, slots=True)
class Figures:
    """What one matcher reached on one split."""

    build_s: float
    right: float
    auroc: float
    p50_ms: float
    p99_ms: float


def split(folder: Path, shots: int) -> tuple[list[str], list[str]]:
    """Phrasings and their entries of a published few-shot split."""
    texts = (folder / f"train_{shots}.seq.in").read_text("utf-8").splitlines()
    return texts, (folder / f"train_{shots}.label").read_text("utf-8").splitlines()


def auroc(inside: Sequence[float], outside: Sequence[float]) -> float:
    """The chance that a query inside scores above one outside, ties counting half."""
    both = np.concatenate([inside, outside])
    _, place, counts = np.unique(both, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    n, m = len(inside), len(outside)
    return float((ranks[:n].sum() - n * (n + 1) / 2) / (n * m))


def timed(ask: Ask, queries: Sequence[str]) -> tuple[list[tuple[str, float]], list[float]]:
    """The answers, and how long each took in milliseconds."""
    answers, times = [], []
    for query in queries:
        start = time.perf_counter()
        answers.append(ask(query))
        times.append((time.perf_counter() - start) * 1000)
    return answers, times


def queries_of(folder: Path, every: int) -> tuple[list[tuple[str, str]], list[str]]:
    """Queries with their entries, and queries of no entry."""
    rows = json.loads((folder / "data_full.json").read_text("utf-8"))
    return rows["test"][::every], [query for query, _ in rows["oos_test"][::every]]


def measure(name: str, folder: Path, shots: int, every: int) -> Figures:
    """One matcher on one split."""
    inside, outside = queries_of(folder, every)
    start = time.perf_counter()
    ask = PEERS[name](*split(folder, shots))
    built = time.perf_counter() - start
    answers, times = timed(ask, [q for q, _ in inside])
    other, _ = timed(ask, outside)
    return Figures(
        build_s=built,
        right=100
        * float(np.mean([a == gold for (a, _), (_, gold) in zip(answers, inside, strict=True)])),
        auroc=auroc([s for _, s in answers], [s for _, s in other]),
        p50_ms=float(np.percentile(times, 50)),
        p99_ms=float(np.percentile(times, 99)),
    )


def quality(folder: Path, every: int) -> Iterator[str]:
    """The quality table, a line at a time."""
    yield "| matcher | 5-shot right | AUROC | 10-shot right | AUROC | p50 ms | p99 ms | build s |"
    yield "|---|---|---|---|---|---|---|---|"
    for name in PEERS:
        try:
            five, ten = (measure(name, folder, shots, every) for shots in (5, 10))
        except (ImportError, OSError, RuntimeError, ValueError) as error:
            yield f"| {name} | not run: {str(error).splitlines()[0][:60]} | | | | | | |"
            continue
        yield (
            f"| {name} | {five.right:.1f} | {five.auroc:.3f} | {ten.right:.1f} | {ten.auroc:.3f} "
            f"| {ten.p50_ms:.2f} | {ten.p99_ms:.2f} | {ten.build_s:.1f} |"
        )


def meaning(folder: Path, every: int) -> Iterator[str]:
    """What this matcher's scores mean, a line at a time."""
    inside, outside = queries_of(folder, every)
    for shots in (5, 10):
        ask = ours(*split(folder, shots))
        asked = [*inside, *((query, "") for query in outside)]
        answers = [(*ask(query), gold) for query, gold in asked]
        yield f"| score, {shots}-shot | queries | of these right |\n|---|---|---|"
        for found in reliability(Scored(score, name == gold) for name, score, gold in answers):
            yield f"| {found.low:.0f}-{found.high:.0f} | {found.count:,} | {found.right:.0%} |"


def made_up(size: int) -> tuple[list[str], list[str]]:
    """`size` distinct phrasings of real words, ten an entry."""
    from faq.language.lexicon import english  # noqa: PLC0415 - only the growth test needs it

    random = np.random.default_rng(size)
    words = np.array([w for w in english().common[200:] if len(w) > 3][: max(WORDS, size // 5)])
    texts, labels = [], []
    for entry in range(max(1, size // 10)):
        own = random.choice(words, 6, replace=False)
        for _ in range(10):
            texts.append(" ".join([*random.permutation(own)[:4], *random.choice(words, 3)]))
            labels.append(f"entry-{entry}")
    return texts, labels


def growth_of(name: str, size: int) -> str:
    """One row of the growth table; run in a process of its own for an honest memory figure."""
    texts, labels = made_up(size)
    start = time.perf_counter()
    ask = PEERS[name](texts, labels)
    built = time.perf_counter() - start
    _, times = timed(ask, texts[:: max(1, size // 200)][:200])
    p50, p99 = np.percentile(times, [50, 99])
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"| {name} | {size:,} | {p50:.2f} | {p99:.2f} | {built:.1f} | {memory:.0f} |"


def growth(names: Sequence[str], sizes: Sequence[int]) -> Iterator[str]:
    """The growth table, a line at a time."""
    yield "| matcher | phrasings | p50 ms | p99 ms | build s | peak memory MB |"
    yield "|---|---|---|---|---|---|"
    for name in names:
        for size in sizes:
            command = [sys.executable, "-m", __spec__.name, "--grow", name, str(size)]
            run = subprocess.run(command, capture_output=True, text=True, check=False)
            yield run.stdout.strip() or f"| {name} | {size:,} | not run | | | |"


def main() -> None:
    """Print the tables asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="CLINC150")
    parser.add_argument("--every", type=int, default=1, help="take every n-th query")
    parser.add_argument("--speed", action="store_true", help="growth from 100 to 100,000 phrasings")
    parser.add_argument("--reliability", action="store_true", help="what the scores mean")
    parser.add_argument("--grow", nargs=2, metavar=("MATCHER", "SIZE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.grow:
        print(growth_of(options.grow[0], int(options.grow[1])))
        return
    print(f"encoder: {os.environ.get('FAQ_ENCODER', 'auto')}")
    if options.speed:
        rows = growth(list(PEERS)[:5], (100, 1_000, 10_000, 100_000))
    else:
        rows = (meaning if options.reliability else quality)(options.folder, options.every)
    for row in rows:
        print(row, flush=True)


if __name__ == "__main__":
    main()
