"""Phrasings that stand too near to another entry: written alike, or led there when held out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from rapidfuzz import fuzz, process

from faq.finding import Finding, Level, finding
from faq.knowledge import ALERTS, Entry, Knowledge, Outcome
from faq.matcher import Matcher
from faq.rehearsal import Rehearsal, inside
from faq.responder import Responder
from faq.source import Source

#: Rows of the matrix held at once: 12,000 phrasings would need 144 MB whole.
BLOCK = 512
#: Share of letters, words repaired and sorted, from which two phrasings are one: "can stents
#: move" and "can a stent move" have 90 of 100, "can I fly" and "can I drive" 67.
ALIKE_IN_LETTERS = 90


def near_duplicates(matcher: Matcher, source: Source) -> Iterator[Finding]:
    """Phrasings of two entries that differ in a few letters only."""
    ids = [entry.id for entry in matcher.entries]
    for first, second in _alike(matcher):
        mine, other = ids[matcher.labels[second]], ids[matcher.labels[first]]
        message = (
            f'{matcher.texts[second]!r} is nearly {matcher.texts[first]!r} of "{other}". '
            "Keep it in the entry that answers it best."
        )
        block = source.entries[mine]
        yield finding(Level.WARNING, "near-duplicate", block, message, at=matcher.texts[second])


def _alike(matcher: Matcher) -> Iterator[tuple[int, int]]:
    """Numbers of phrasings of different entries that are written alike, the earlier first."""
    count = int(np.searchsorted(matcher.labels, len(matcher.entries)))
    labels = matcher.labels[:count]
    words = [" ".join(sorted(reading.words)) for reading in matcher.sample.readings[:count]]
    for start in range(0, count, BLOCK):
        rows = slice(start, start + BLOCK)
        ratios = process.cdist(
            words[rows],
            words,
            scorer=fuzz.ratio,
            processor=None,
            score_cutoff=ALIKE_IN_LETTERS,
            dtype=np.uint8,
            workers=-1,
        )
        for row, second in np.argwhere((ratios > 0) & (labels[rows, None] < labels)).tolist():
            yield start + row, second


def astray(
    rehearsals: Sequence[Rehearsal], knowledge: Knowledge, source: Source
) -> Iterator[Finding]:
    """Held-out phrasings that another entry would have answered."""
    for tried in inside(rehearsals):
        block = source.entries[tried.entry or ""]
        leader = knowledge.by_id[tried.leader]
        sure = tried.score >= knowledge.thresholds.answer
        wrong = not tried.right and not (tried.kind is leader.kind and leader.kind in ALERTS)
        if sure and wrong and tried.phrasing in block.phrasings:  # an id counts as a phrasing too
            message = (
                f'{tried.phrasing!r} is nearer to "{tried.leader}" ({tried.score:.0f}) than to '
                "the rest of its own entry. Move it there, or write more like it here."
            )
            yield finding(Level.WARNING, "nearer-to-other", block, message, at=tried.phrasing)


def unreachable(
    responder: Responder, source: Source, entries: Iterable[Entry]
) -> Iterator[Finding]:
    """Entries that neither answer nor are offered when their own question is asked."""
    for entry in entries:
        reply = responder.reply(entry.question)
        reached = reply.entry or (reply.outcome is Outcome.SUGGEST and reply.candidates[0].entry)
        offered = {c.entry.id for c in reply.candidates if reply.outcome is Outcome.SUGGEST}
        if entry in reply.answers or entry.id in offered or _same_alert(entry, reply.outcome):
            continue
        instead = f'"{reached.id}" answers' if reached else "nothing answers"
        message = f"asked in its own words, {instead}. Add phrasings, or merge the two entries."
        yield finding(
            Level.WARNING, "unreachable", source.entries[entry.id], message, at=entry.question
        )


def _same_alert(entry: Entry, outcome: Outcome) -> bool:
    return entry.kind is outcome and outcome is not Outcome.ANSWER
