"""Phrasings that stand too near to another entry: written alike, or led there when held out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from rapidfuzz import fuzz, process

from faq.curator.cross_validation import Rehearsal, inside
from faq.curator.lint import Finding, Level, finding
from faq.curator.progress import progress
from faq.matching.matcher import Matcher
from faq.model import ALERTS, Entry, Knowledge, Outcome
from faq.responder import Responder
from faq.source import Source
from faq.triggers import TriggerIndex

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
        block = source.entries[mine]
        message = (
            f'{matcher.texts[second]!r} is nearly {matcher.texts[first]!r} of "{other}". '
            "Keep it in the entry that answers it best."
        )
        yield finding(Level.WARNING, "near-duplicate", block, message, at=matcher.texts[second])


def _alike(matcher: Matcher) -> Iterator[tuple[int, int]]:
    """Numbers of phrasings of different entries that are written alike, the earlier first."""
    numbers = np.flatnonzero(matcher.written & (matcher.labels < len(matcher.entries)))
    labels = matcher.labels[numbers]
    words = [" ".join(sorted(matcher.training_set.words[number])) for number in numbers.tolist()]
    for start in range(0, len(words), BLOCK):
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
            yield int(numbers[start + row]), int(numbers[second])


def astray(
    rehearsals: Sequence[Rehearsal], knowledge: Knowledge, source: Source
) -> Iterator[Finding]:
    """Held-out phrasings that another entry would have answered."""
    for tried in inside(rehearsals):
        block = source.entries[tried.entry or ""]
        leader = knowledge.by_id[tried.leader]
        sure = tried.score >= knowledge.thresholds.answer
        alike = tried.kind is leader.kind and leader.kind in {*ALERTS, Outcome.CHAT}
        wrong = not tried.right and not alike  # a greeting may answer a goodbye
        # An entry's own question stays where it is, and an id counts as a phrasing too.
        if sure and wrong and tried.phrasing in block.phrasings[1:]:
            message = (
                f'{tried.phrasing!r} is nearer to "{tried.leader}" ({tried.score:.0f}) than to '
                "the rest of its own entry. Move it there, or write more like it here."
            )
            found = finding(Level.WARNING, "nearer-to-other", block, message, at=tried.phrasing)
            yield replace(found, weight=tried.score)


def unreachable(responder: Responder, source: Source) -> Iterator[Finding]:
    """Entries that neither answer nor are offered when their own question is asked."""
    for entry in _suspects(responder):
        reply = responder.reply(entry.question)
        offered = [c.entry for c in reply.candidates if reply.outcome is Outcome.SUGGEST]
        if entry in (*reply.answers, *offered) or _same_alert(entry, reply.outcome):
            continue
        instead = next(iter((*reply.answers, *offered)), None)
        answers = f'"{instead.id}" answers' if instead else "nothing answers"
        message = f"asked in its own words, {answers}. Add phrasings, or merge the two entries."
        block = source.entries[entry.id]
        yield finding(Level.WARNING, "unreachable", block, message, at=entry.question)


def _suspects(responder: Responder) -> Iterator[Entry]:
    """Entries whose question another leads for, or sets off an alert: few, so they can be asked."""
    matcher = responder.matcher
    triggers = TriggerIndex(e for e in matcher.entries if e.kind in ALERTS)
    firsts = np.searchsorted(matcher.labels, np.arange(len(matcher.entries))).tolist()
    for number, first in enumerate(progress(firsts, "asking each entry")):
        reading = matcher.training_set.reading(first)
        outputs = matcher.model.outputs(reading)[: len(matcher.entries)]
        if int(outputs.argmax()) != number or triggers.look(reading.words).fired:
            yield matcher.entries[number]


def _same_alert(entry: Entry, outcome: Outcome) -> bool:
    return entry.kind is outcome and outcome is not Outcome.ANSWER
