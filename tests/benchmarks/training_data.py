"""The FAQs and messages written for the encoder and the danger classifier to learn from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "training"
#: Every fifth FAQ of a writer is kept back from the encoder, for the priors.
KEPT_BACK = 5
#: Kinds of danger in which nobody needs an ambulance at once.
MILDER = {"low_mood", "stopped_pills"}


@dataclass(frozen=True, slots=True)
class WrittenEntry:
    """An entry, four messages that ask for it, and two that share its words and do not."""

    question: str
    answer: str
    rewordings: tuple[str, ...]
    near: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WrittenFAQ:
    """A made-up FAQ: `outside`, what no entry answers, begins with what is near its subject."""

    name: str
    entries: tuple[WrittenEntry, ...]
    outside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Situation:
    """Messages of people in one danger, and of people in none, in much the same words."""

    writer: str
    kind: str
    danger: tuple[str, ...]
    calm: tuple[str, ...]


def written_faqs(kept_back: bool) -> Iterator[WrittenFAQ]:
    """Those to learn from, or those kept back."""
    for file in sorted((FOLDER / "faqs").glob("*.jsonl")):
        number = int(file.stem.split("-")[1])
        if (number % KEPT_BACK == 0) == kept_back:
            yield _faq(file)


def _faq(file: Path) -> WrittenFAQ:
    rows = list(_lines(file))
    entries = (
        WrittenEntry(row["q"], row["a"], tuple(row["r"]), tuple(row["n"]))
        for row in rows
        if "q" in row
    )
    outside: Sequence[str] = next((row["outside"] for row in rows if "outside" in row), ())
    return WrittenFAQ(file.stem, tuple(entries), tuple(outside))


def situations() -> Iterator[Situation]:
    """All situations of danger, each with its writer."""
    for file in sorted((FOLDER / "alerts").glob("*.jsonl")):
        for row in _lines(file):
            writer = file.stem.split("-")[0]
            yield Situation(writer, row["kind"], tuple(row["danger"]), tuple(row["calm"]))


def _lines(file: Path) -> Iterator[Mapping[str, Any]]:
    with file.open(encoding="utf-8") as rows:
        yield from (json.loads(row) for row in rows)
