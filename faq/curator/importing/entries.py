"""From pairs to entries: ids, duplicates, topics; what cannot be used is told all at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from faq.curator.importing.blocks import Pair
from faq.entries import Limits, message_length
from faq.loader import LONGEST_ID, wording
from faq.markup import plain
from faq.model import Entry

#: With room for a number behind it.
LONGEST_SLUG = LONGEST_ID - 4
LONGEST_TOPIC = 60
#: More are no help to choose from.
MOST_TOPICS = 40
#: Words a question may have and still be somebody's question.
LONGEST_QUESTION = 400

Fields = dict[str, Any]


@dataclass(slots=True)
class Made:
    """Entries by their fields, in order, and remarks for the curator."""

    entries: list[Fields] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def make(
    pairs: Sequence[Pair],
    *,
    taken: Iterable[str] = (),
    known: Mapping[str, str],
    here: Collection[str] = (),
) -> Made:
    """Entries of pairs.

    `known` gives the id of a wording imported before; `here` are the ids a sheet may name, `taken`
    those of others.
    """
    made = Made()
    merged = _merged(_told_apart(_spelt_alike(pairs)), made.remarks)
    topics = _topics(merged)
    free = _Ids({*taken, *known.values()})
    owners: dict[str, str] = {}
    for pair in merged:
        before = pair.id if pair.id in here else known.get(wording(pair.question), "")
        identity = free.take(pair, before)
        topic = pair.topic if pair.topic in topics else ""
        paraphrases = _paraphrases(pair, identity, owners)
        entry: Fields = {"id": identity, "topic": topic, "question": pair.question}
        entry["answer"] = _fitting(pair, made.remarks)
        entry["paraphrases"] = paraphrases
        entry["draft"] = pair.draft
        made.entries.append(entry)
    made.topics = list(topics)
    return made


def slug(text: str) -> str:
    """An id of a text's words, in letters everybody can type; whole words, if they fit."""
    try:
        from anyascii import anyascii  # noqa: PLC0415 - optional: the extra `curator`
    except ImportError:
        latin = text
    else:
        latin = anyascii(text)
    words = "-".join(re.findall(r"[a-z0-9]+", latin.lower().replace("'", "")))
    whole = words if len(words) <= LONGEST_SLUG else words[: LONGEST_SLUG + 1].rpartition("-")[0]
    return (whole or words[:LONGEST_SLUG]).strip("-") or "entry"


class _Ids:
    """Hands out ids nobody has."""

    def __init__(self, taken: set[str]) -> None:
        self.taken = taken
        self.given: set[str] = set()

    def take(self, pair: Pair, before: str) -> str:
        """The id a pair had before, else one made of its own id or question."""
        if before and before not in self.given:
            self.given.add(before)
            return before
        named = pair.id if re.search(r"[^\W\d_]", pair.id) else ""
        base = slug(named or pair.question)
        found, number = base, 2
        while found in self.taken or found in self.given:
            found, number = f"{base}-{number}", number + 1
        self.given.add(found)
        return found


def _spelt_alike(pairs: Sequence[Pair]) -> list[Pair]:
    """Pairs whose topics are spelt as they are first: "Arrival", and not "arrival" as well."""
    spelt: dict[str, str] = {}
    return [
        replace(p, topic=spelt.setdefault(" ".join(p.topic.casefold().split()), p.topic))
        for p in pairs
    ]


def _told_apart(pairs: Sequence[Pair]) -> list[Pair]:
    """Pairs that ask the same under different topics, with the topic behind the question."""
    by_wording: dict[str, set[str]] = {}
    answers: dict[str, set[str]] = {}
    for pair in pairs:
        by_wording.setdefault(wording(pair.question), set()).add(pair.topic)
        answers.setdefault(wording(pair.question), set()).add(said(pair.answer))
    apart = {k for k, topics in by_wording.items() if len(topics) > 1 and len(answers[k]) > 1}
    told: list[Pair] = []
    drafts: Counter[str] = Counter()
    for pair in pairs:
        key, behind = wording(pair.question), ""
        if pair.draft:  # headings may come twice
            drafts[key] += 1
            behind = f" ({drafts[key]})" if drafts[key] > 1 else ""
        elif key in apart and pair.topic:
            behind = f" ({pair.topic})"
        told.append(replace(pair, question=pair.question + behind))
    return told


def said(answer: str) -> str:
    """The words of an answer, to compare it by."""
    return wording(re.sub(r"\W+", " ", plain(answer)))


def _merged(pairs: Sequence[Pair], remarks: list[str]) -> list[Pair]:
    """Each question once: the same answer is merged, another is told."""
    found: dict[str, Pair] = {}
    for pair in pairs:
        key = wording(pair.question)
        if not key or len(pair.question) > LONGEST_QUESTION:
            what = "no question" if not key else f"a question of {len(pair.question)} characters"
            remarks.append(f"{pair.place or 'one pair'}: {what}. Shorten or write it")
        elif key not in found:
            found[key] = pair
        elif said(found[key].answer) == said(pair.answer):
            more = (*found[key].paraphrases, *pair.paraphrases)
            found[key] = replace(found[key], paraphrases=more)
        else:
            first, second = found[key].place or "the first", pair.place or "another"
            remarks.append(
                f"{second}: “{pair.question}” is asked in {first} too and answered otherwise; "
                f"{first} is kept. Make one row of both, or word one anew"
            )
    questions = {key: pair for key, pair in found.items()}
    return [
        replace(p, paraphrases=tuple(t for t in p.paraphrases if wording(t) not in questions))
        for p in found.values()
    ]


def _paraphrases(pair: Pair, identity: str, owners: dict[str, str]) -> list[str]:
    """Other wordings, each once and in one entry only."""
    kept: dict[str, str] = {}
    for text in pair.paraphrases:
        key = wording(text)
        if key and key != wording(pair.question) and owners.setdefault(key, identity) == identity:
            kept.setdefault(key, text)
    return list(kept.values())


def _topics(pairs: Sequence[Pair]) -> dict[str, None]:
    """The topics in order; none where they are nearly as many as the entries, or too many."""
    counts = Counter(pair.topic for pair in pairs if pair.topic)
    names = dict.fromkeys(p.topic for p in pairs if p.topic and len(p.topic) <= LONGEST_TOPIC)
    single = sum(count == 1 for count in counts.values())
    if len(names) > MOST_TOPICS or (len(names) > 12 and single > 0.8 * len(names)):
        return {}
    return names


def _fitting(pair: Pair, remarks: list[str]) -> str:
    """An answer that fits into a message; a longer one ends with the last paragraph that fits."""
    most = Limits().message

    def fits(answer: str) -> bool:
        return message_length(Entry(id="x", question=pair.question, answer=answer)) <= most

    if fits(pair.answer):
        return pair.answer
    parts = re.split(r"(\n+)", pair.answer)
    while len(parts) > 1 and not fits("".join(parts).rstrip() + "\n\n…"):
        parts.pop()
    answer = "".join(parts).rstrip() + "\n\n…"
    if not fits(answer):
        answer = pair.answer[: most - len(pair.question) - 40].rsplit(" ", 1)[0] + " …"
        answer = answer if fits(answer) else answer[: most // 3]
    remarks.append(f"“{pair.question}”: the answer is longer than a message; its end is left out")
    return answer
