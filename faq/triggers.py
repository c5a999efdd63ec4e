"""Patterns that set off an alert whatever the scores say: the safety net under the matcher.

A trigger is a list of groups that must all be met, and of groups that must not. A group is
alternatives: words or phrases, `bleed*` for any ending.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from faq.language.phrases import words_of
from faq.language.tokens import tokenise
from faq.model import Entry, Outcome, Trigger


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to meet a group: words in a row; the last may stand for a beginning."""

    group: str
    words: tuple[str, ...]
    open_end: bool

    def stands_at(self, words: Sequence[str], at: int) -> bool:
        """Whether the words of a query from `at` on begin with this alternative."""
        found = words[at : at + len(self.words)]
        if len(found) < len(self.words) or tuple(found[:-1]) != self.words[:-1]:
            return False
        last = self.words[-1]
        return found[-1].startswith(last) if self.open_end else found[-1] == last


def alternatives(group: str) -> Iterable[Alternative]:
    """The alternatives of a group as a curator wrote it, in the words a query is read in."""
    for written in group.split("|"):
        words = tuple(tokenise(written.removesuffix("*")))
        if words:
            yield Alternative(group, words, written.endswith("*"))


class TriggerIndex:
    """All triggers of a FAQ, looked up by the words of a query."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        entries = tuple(entries)
        self._triggers = [(entry, trigger) for entry in entries for trigger in entry.triggers]
        self._by_word: defaultdict[str, list[Alternative]] = defaultdict(list)
        self._by_prefix: defaultdict[str, list[Alternative]] = defaultdict(list)
        groups = {g for _, t in self._triggers for g in (*t.all, *t.unless)}
        self._calm = {entry.kind: frozenset[str]() for entry in entries}
        for entry in entries:
            self._calm[entry.kind] |= {*entry.calm}
        groups = groups.union(*self._calm.values())
        for alternative in (a for group in sorted(groups) for a in alternatives(group)):
            if alternative.open_end and len(alternative.words) == 1:
                self._by_prefix[alternative.words[0]].append(alternative)
            else:
                self._by_word[alternative.words[0]].append(alternative)
        self._lengths = sorted({len(prefix) for prefix in self._by_prefix})
        #: A sentence is looked at for each kind of alert.
        self._met = lru_cache(maxsize=64)(self._find)

    def fired(self, words: Sequence[str]) -> list[Entry]:
        """The entries with a trigger that these words set off, in their order.

        "He can't really talk" is read as "he can't talk", too.
        """
        met = self._met(tuple(words))
        found = {entry.id: entry for entry, trigger in self._triggers if _fires(trigger, met)}
        return list(found.values())

    def is_calm(self, words: Sequence[str], kind: Outcome) -> bool:
        """Whether the words ask about the matter of one of a kind of alerts in general."""
        calm = self._calm.get(kind, frozenset())
        return bool(calm) and not self._met(tuple(words)).isdisjoint(calm)

    def _find(self, words: tuple[str, ...]) -> frozenset[str]:
        """The groups that are met."""
        plain = tuple(word for word in words if word not in words_of("filler"))
        return frozenset(
            a.group
            for some in {words, plain}
            for at, word in enumerate(some)
            for a in self._near(word)
            if a.stands_at(some, at)
        )

    def _near(self, word: str) -> Iterable[Alternative]:
        """The alternatives that may begin with this word."""
        yield from self._by_word.get(word, ())
        for length in self._lengths:
            yield from self._by_prefix.get(word[:length], ())


def _fires(trigger: Trigger, met: frozenset[str]) -> bool:
    return met.issuperset(trigger.all) and met.isdisjoint(trigger.unless)
