"""Publishing: a change is tried on a copy, compared with the live content, and written whole.

Takes the live `Responder` and hands the new one over; nothing here knows a messenger or the
journal. What is written is the very text that was tried; if somebody has edited the folder
meanwhile, nothing is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakKeyDictionary

from faq.curator.content_store import (
    by_time,
    explained,
    file_of,
    locked,
    replace_together,
    take_back,
    texts_of,
    with_texts,
)
from faq.curator.edits import Edit, Fields, edited_texts, tables_of
from faq.curator.lint import LONGEST_BUTTON
from faq.language.tokens import phrase
from faq.loader import ENTRY_FILES
from faq.model import ALERTS, Entry, FAQError, Knowledge, Outcome, Reply
from faq.responder import Responder

__all__ = [
    "ASKED_AGAIN",
    "SHOWN",
    "Difference",
    "Trial",
    "add_gap",
    "add_phrasing",
    "breaks",
    "described",
    "differences",
    "folder_of",
    "gap_answer",
    "get_ready",
    "new_entry",
    "publish",
    "try_out",
    "undo",
]

#: Queries and the entries that answered them.
Answered = Sequence[tuple[str, str]]
ENTRIES, GAPS = "entries.toml", "gaps.toml"
#: So many of the latest queries of people are asked again before a change is published.
ASKED_AGAIN = 500
#: A longer query is cut in messages.
SHOWN = 200
ANSWERING = frozenset({Outcome.ANSWER, Outcome.GAP})


@dataclass(frozen=True, slots=True)
class Trial:
    """A change as it would be: nothing is written yet."""

    old: Responder
    new: Responder
    #: What stood in the content files, and what shall stand in those that change.
    before: Mapping[str, str]
    texts: Mapping[str, str]

    def answers(self, query: str) -> bool:
        """Whether the changed content has an answer to a query, or names the gap."""
        return ask(self.new, query).outcome in ANSWERING


@dataclass(frozen=True, slots=True)
class Difference:
    """A query that would end otherwise than now."""

    query: str
    before: Reply
    after: Reply
    #: Whether it got the right answer and would not any more.
    breaks: bool

    def __str__(self) -> str:
        if self.breaks and self.before.entry:
            return f"“{self.query}” would no longer get “{self.before.entry.question}”"
        return f"“{self.query}” would get {ending(self.after)}"


def ending(reply: Reply) -> str:
    """How a query ends, in words."""
    if reply.entry:
        return f"“{reply.entry.question}”"
    return "“Did you mean …?”" if reply.outcome is Outcome.SUGGEST else "no answer"


def try_out(live: Responder, edits: Iterable[Edit]) -> Trial:
    """What edits would make of the live content; nothing is written.

    Raises FAQError where the content cannot be changed so, Conflict where somebody else has.
    """
    folder = folder_of(live)
    with explained(folder):
        before = texts_of(folder)
    texts = edited_texts(before, edits)
    new = Responder(with_texts(folder, texts), like=live) if texts else live
    return Trial(live, new, before, texts)


def publish(trial: Trial) -> tuple[str, ...]:
    """Write what was tried; the names of the versions it replaces, none if nothing changes.

    Raises FAQError, and writes nothing, where the folder was edited meanwhile.
    """
    if not trial.texts:
        return ()
    return replace_together(folder_of(trial.old), trial.texts, was=trial.before)


def folder_of(responder: Responder) -> Path:
    """The folder a responder's content is from."""
    assert responder.knowledge.folder
    return responder.knowledge.folder


_replies: WeakKeyDictionary[Responder, dict[str, Reply]] = WeakKeyDictionary()


def ask(responder: Responder, query: str) -> Reply:
    """A reply, remembered: what was asked of a trial is known when it goes live."""
    known = _replies.setdefault(responder, {})
    if query not in known:
        known[query] = responder.reply(query)
    return known[query]


def get_ready(live: Responder, queries: Iterable[str]) -> None:
    """Ask the live content beforehand what the next check asks it: half of what that takes."""
    for query in queries:
        ask(live, query)


def differences(trial: Trial, answered: Answered) -> list[Difference]:
    """What would end otherwise, what breaks first.

    Asked again: every entry's question, `answered` queries, the negatives, and those phrasings
    that another entry would now lead for.
    """
    found = list(_differences(trial, answered)) if trial.texts else []
    return sorted(found, key=lambda difference: not difference.breaks)


def _differences(trial: Trial, answered: Answered) -> Iterator[Difference]:
    old, new = trial.old, trial.new
    led, leads = old.matcher.led_right(), new.matcher.led_right()
    # What its own entry leads for then as now can only be taken away by an alert.
    settled = led & leads if _alerts(old) == _alerts(new) else frozenset()
    asked = [(entry.question, entry.id) for entry in old.knowledge.entries]
    for pair in dict.fromkeys([*asked, *answered, *sorted(led - leads)]):
        if pair in settled:
            continue
        query, entry = pair
        before, after = ask(old, query), ask(new, query)
        was, becomes = _id(before), _id(after)
        if was != becomes or before.outcome is not after.outcome:
            yield Difference(query, before, after, was == entry != becomes)
    for query in old.knowledge.negatives:
        after = ask(new, query)
        if after.outcome in ANSWERING and (before := ask(old, query)).outcome not in ANSWERING:
            yield Difference(query, before, after, breaks=True)


def _alerts(responder: Responder) -> Sequence[Entry]:
    return [entry for entry in responder.knowledge.entries if entry.kind in ALERTS]


def _id(reply: Reply) -> str:
    return reply.entry.id if reply.entry else ""


def breaks(trial: Trial, answered: Answered) -> list[Difference]:
    """What the live content answers well and the changed one would not."""
    return [difference for difference in differences(trial, answered) if difference.breaks]


def described(broken: Iterable[Difference], most: int = 5) -> str:
    """What would break, for a message."""
    lines = [str(each)[: 2 * SHOWN] for each in broken]
    more = f"\nand {len(lines) - most} more" if len(lines) > most else ""
    return "\n".join(f"• {line}" for line in lines[:most]) + more


# The edits a curator makes most.


def add_phrasing(live: Responder, entry: str, query: str) -> list[Edit]:
    """Make a query a paraphrase of an entry; no edit where it is one."""
    file, table = find(texts_of(folder_of(live)), entry)
    known = list(map(str, table.get("paraphrases", [])))
    if phrase(query) in map(phrase, [*known, str(table["question"])]):
        return []
    return [Edit(file, entry, {"paraphrases": [*known, query]}, {"paraphrases": known})]


def add_gap(live: Responder, query: str) -> list[Edit]:
    """Make a query a gap entry with a plain answer."""
    answer = gap_answer(live.knowledge)
    return [new_entry(live.knowledge, query, answer, file=GAPS)]


def new_entry(knowledge: Knowledge, query: str, answer: str, *, file: str = ENTRIES) -> Edit:
    """Make a query an entry with an answer, under the last topic."""
    fields = {
        "topic": knowledge.topics[-1] if knowledge.topics else "",
        "question": shortened(query),
        "answer": answer,
        "paraphrases": [query] if len(query) > LONGEST_BUTTON else [],
    }
    return Edit(file, free_id(query, knowledge.by_id), fields, None)


def find(texts: Mapping[str, str], entry: str) -> tuple[str, Fields]:
    """The file that has an entry, and the entry's table."""
    for name in ENTRY_FILES:
        if table := tables_of(texts.get(name, ""), name).get(entry):
            return name, table
    raise FAQError(f'No file has the entry "{entry}" any more. Look at the list again.')


def shortened(query: str) -> str:
    """The query, cut between words where it is too long for a button."""
    if len(query) <= LONGEST_BUTTON:
        return query
    return query[: LONGEST_BUTTON - 1].rsplit(" ", 1)[0] + "…"


def gap_answer(knowledge: Knowledge) -> str:
    """What a new gap says until somebody words it better."""
    return f"“{knowledge.title}” doesn't say anything about that."


def free_id(query: str, taken: Iterable[str]) -> str:
    """A free id made of the query's words."""
    known = set(taken)
    base = "-".join(re.findall(r"[a-z0-9]+", phrase(query)))[:32].strip("-") or "entry"
    free = (f"{base}{number or ''}" for number in range(len(known) + 1))
    return next(identity for identity in free if identity not in known)


def undo(folder: Path) -> tuple[str, ...]:
    """Take back the last change of the content; the versions put back, none if none is kept.

    Raises FAQError where a file was edited by hand since, or something needs what was added.
    """
    with explained(folder), locked(folder):
        for together in by_time(folder):
            texts = {file_of(v.name): v.read_bytes().decode() for v in together}
            if all((folder / n).read_bytes() == text.encode() for n, text in texts.items()):
                continue  # of a write that was cut short
            with_texts(folder, texts)
            return tuple(v.name for v in together if take_back(folder / file_of(v.name), v))
    return ()
