"""FAQs with few phrasings an entry, and what people ask of them.

`faqs/` holds 16 FAQs of as many domains, written for this project by people who had not seen the
matcher: entries with one question and an answer, two or three rewordings of each, questions near
the subject that no entry answers, and questions about something else. They measure, and nothing
is fitted on them; the priors are fitted on 54 others of the kind (`training/`), and on CLINC150 (a
folder that is passed in) and the shipped content, thinned out to few phrasings.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from faq import Entry, Outcome, load
from tests.benchmarks.training_data import written_faqs

FAQS = Path(__file__).parent / "faqs"
TESTS = Path(__file__).parents[1]
SHOTS = (1, 2, 3, 5, 10)
#: So many of the messages from outside a written FAQ, the last, are far from its subject.
FAR_OUTSIDE = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """A FAQ, and queries with the entries that answer them; none for those no entry answers."""

    family: str
    name: str
    entries: tuple[Entry, ...]
    queries: tuple[tuple[str, frozenset[str]], ...]
    near: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    language: str = "en"

    @property
    def outside(self) -> tuple[str, ...]:
        """All queries that no entry answers."""
        return (*self.near, *self.off)

    def drawn(self, shots: int) -> Asked:
        """The FAQ with at most so many phrasings an entry; ids that say nothing."""
        entries = []
        for number, entry in enumerate(self.entries):
            first, *rest = random.Random(number).sample(
                entry.phrasings, min(shots, len(entry.phrasings))
            )
            entries.append(
                replace(entry, id=f"q-{number}", question=first, paraphrases=tuple(rest))
            )
        new = {old.id: entry.id for old, entry in zip(self.entries, entries, strict=True)}
        queries = tuple((q, frozenset(new[i] for i in gold)) for q, gold in self.queries)
        return replace(self, entries=tuple(entries), queries=queries)

    def part(self, size: int) -> Asked:
        """The first entries, and the queries of these."""
        entries = self.entries[:size]
        ids = {entry.id for entry in entries}
        queries = tuple((q, gold & ids) for q, gold in self.queries if gold & ids)
        return replace(self, name=f"{self.name}, {size} entries", entries=entries, queries=queries)


def small_faqs() -> Iterator[Asked]:
    """The 16 FAQs beside this file."""
    for file in sorted(FAQS.glob("*.json")):
        yield small_faq(file)


def kept_back() -> Iterator[Asked]:
    """FAQs that the encoder was not taught, in two families."""
    for number, faq in enumerate(written_faqs(kept_back=True)):
        entries = [entry(f"q{n}", [e.question], e.answer) for n, e in enumerate(faq.entries, 1)]
        queries = [
            (text, frozenset({own.id}))
            for own, e in zip(entries, faq.entries, strict=True)
            for text in e.rewordings
        ]
        near = [text for e in faq.entries for text in e.near]
        near += faq.outside[:-FAR_OUTSIDE]
        off = faq.outside[-FAR_OUTSIDE:]
        family = f"written {number % 2}"
        yield Asked(family, faq.name, tuple(entries), tuple(queries), tuple(near), off)


def small_faq(file: Path, family: str = "small") -> Asked:
    """One of them, or another file of that form."""
    stored = json.loads(file.read_text("utf-8"))
    entries = tuple(
        entry(e["id"], [e["question"], *e.get("paraphrases", ())], e["answer"])
        for e in stored["entries"]
    )
    queries = tuple((q["q"], frozenset(q["gold"])) for q in stored["queries"])
    near, off = tuple(stored["near"]), tuple(stored["off"])
    language = stored.get("language", "en")
    return Asked(family, file.stem, entries, queries, near, off, language)


def clinc(folder: Path, size: int, shots: int, seed: int = 0, split: str = "val") -> Asked:
    """Some of CLINC150's intents with a few phrasings each, ids that say nothing."""
    rows = json.loads((folder / "data_full.json").read_text("utf-8"))
    draw = random.Random(seed)
    intents = sorted({intent for _, intent in rows["train"]})
    chosen = draw.sample(intents, size)
    by_intent: dict[str, list[str]] = {intent: [] for intent in intents}
    for text, intent in rows["train"]:
        by_intent[intent].append(text)
    ids = {intent: f"q{number}" for number, intent in enumerate(chosen, 1)}
    entries = tuple(
        entry(ids[intent], draw.sample(by_intent[intent], shots), "") for intent in chosen
    )
    queries = [(q, frozenset({ids[intent]})) for q, intent in rows[split] if intent in ids]
    near = [q for q, intent in rows[split] if intent not in ids]
    off = [q for q, _ in rows[f"oos_{split}"]]
    for each in (queries, near):
        draw.shuffle(each)
    name = f"CLINC150 {size}x{shots}"
    return Asked("CLINC150", name, entries, tuple(queries[:900]), tuple(near[:150]), tuple(off))


def shipped(shots: int, seed: int = 0) -> Asked:
    """The shipped entries with a few of their phrasings, asked some of the others."""
    draw = random.Random(seed)
    knowledge = load()
    entries, queries = [], []
    for whole in knowledge.entries:
        if whole.kind not in {Outcome.ANSWER, Outcome.GAP}:
            continue
        others = draw.sample(whole.paraphrases, len(whole.paraphrases))
        entries.append(entry(whole.id, [whole.question, *others[: shots - 1]], whole.answer))
        queries += [(q, frozenset({whole.id})) for q in others[shots - 1 :][:6]]
    off = draw.sample(knowledge.negatives, min(100, len(knowledge.negatives)))
    return Asked("shipped", f"shipped x{shots}", tuple(entries), tuple(queries), off=tuple(off))


def entry(name: str, phrasings: Sequence[str], answer: str) -> Entry:
    """An entry with these phrasings."""
    return Entry(id=name, question=phrasings[0], answer=answer, paraphrases=tuple(phrasings[1:]))


def training_sets(folder: Path) -> Iterator[Asked]:
    """All that a prior is fitted on: one and more phrasings an entry, small FAQs and large."""
    yield from kept_back()
    for shots in SHOTS:
        yield shipped(shots, seed=shots)
        for size in (15, 50, 150):
            yield clinc(folder, size, shots, seed=size + shots)
