"""Patterns that set off an alert whatever the scores say: the safety net under the matcher.

A trigger is a list of groups that must all be met, and of groups that must not. A group is
alternatives: words or phrases, `bleed*` for any ending. For languages the FAQ is not in,
`data/emergency_words.toml` lists beginnings of words.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from faq.language.lexicon import DATA
from faq.language.phrases import words_of
from faq.language.tokens import normalise, tokenise
from faq.model import Entry, Outcome, Trigger

_NONE: frozenset[str] = frozenset()
#: Languages whose words do not stand apart.
_WITHOUT_SPACES = frozenset({"zh"})
#: Letters of a text that a first look takes in: it happens between two other things.
MOST = 1_000
#: So short a beginning would be that of too many words.
SHORT = 2
_WORD_STARTS = re.compile(r"(?<!\w)(?=\S)")
_IN_A_WORD = re.compile(r"\w")


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


@dataclass(frozen=True, slots=True)
class Found:
    """What words set off: entries with a trigger that fires, in the content's order.

    `calm`: the kinds of alerts about whose matter they ask in general.
    """

    fired: tuple[Entry, ...]
    calm: frozenset[Outcome]


class TriggerIndex:
    """All triggers of a FAQ, looked up by the words of a query."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        entries = tuple(entries)
        self._triggers = [(entry, trigger) for entry in entries for trigger in entry.triggers]
        groups = {g for _, t in self._triggers for g in (*t.all, *t.unless)}
        self._calm = {entry.kind: frozenset[str]() for entry in entries}
        for entry in entries:
            self._calm[entry.kind] |= {*entry.calm}
        groups = groups.union(*self._calm.values())
        #: The groups that a word meets, those its beginning meets, and the alternatives of several
        #: words by the first, or the first two.
        self._by_word: defaultdict[str, set[str]] = defaultdict(set)
        self._by_prefix: defaultdict[str, set[str]] = defaultdict(set)
        self._rows: defaultdict[tuple[str, ...], list[Alternative]] = defaultdict(list)
        for alternative in (a for group in sorted(groups) for a in alternatives(group)):
            first, *more = alternative.words
            if more:
                known = 2 if len(more) > 1 or not alternative.open_end else 1
                self._rows[alternative.words[:known]].append(alternative)
            elif alternative.open_end:
                self._by_prefix[first].add(alternative.group)
            else:
                self._by_word[first].add(alternative.group)
        self._lengths = sorted({len(prefix) for prefix in self._by_prefix})
        #: A sentence is looked at for each kind of alert.
        self._looked_at = lru_cache(maxsize=64)(self._look)

    def at_first_sight(self, text: str) -> bool:
        """Whether the beginning of a text sets off an alert, without a word mended."""
        return bool(self.look(tokenise(text[:MOST])).fired)

    def look(self, words: Sequence[str]) -> Found:
        """What these words set off. "He can't really talk" is read as "he can't talk", too."""
        return self._looked_at(tuple(words))

    def _look(self, words: tuple[str, ...]) -> Found:
        met = self._met(words)
        plain = tuple(word for word in words if word not in words_of("filler"))
        if plain != words:
            met |= self._met(plain)
        fired = {entry.id: entry for entry, trigger in self._triggers if _fires(trigger, met)}
        calm = frozenset(k for k, groups in self._calm.items() if not met.isdisjoint(groups))
        return Found(tuple(fired.values()), calm)

    def _met(self, words: tuple[str, ...]) -> set[str]:
        met: set[str] = set()
        for at, word in enumerate(words):
            met |= self._by_word.get(word, _NONE)
            for length in self._lengths:
                met |= self._by_prefix.get(word[:length], _NONE)
            for known in (1, 2):
                row = self._rows.get(words[at : at + known], ())
                met |= {a.group for a in row if a.stands_at(words, at)}
        return met


def _fires(trigger: Trigger, met: set[str]) -> bool:
    return met.issuperset(trigger.all) and met.isdisjoint(trigger.unless)


@dataclass(frozen=True, slots=True)
class ForeignWords:
    """The emergency words of one language, by what they set off.

    A line holds when every one of its groups has a beginning that stands in a message.
    """

    language: str
    lines: tuple[tuple[Outcome, Sequence[frozenset[str]]], ...]
    unless: tuple[str, ...]


def emergency_in(text: str) -> tuple[Outcome, str] | None:
    """What kind of alert the words of another language set off, and the language's code."""
    plain = _plain(text[:MOST])
    met = _beginnings_in(plain)
    for words in _languages() if met else ():
        for outcome, line in words.lines:
            if not any(map(met.isdisjoint, line)):
                if any(calm in plain for calm in words.unless):
                    break
                return outcome, words.language
    return None


@cache
def _languages() -> tuple[ForeignWords, ...]:
    lists = tomllib.loads((DATA / "emergency_words.toml").read_text(encoding="utf-8"))
    return tuple(_words(language, of) for language, of in lists.items())


def _words(language: str, of: Mapping[str, Sequence[str]]) -> ForeignWords:
    lines = tuple(
        (kind, [frozenset(map(_plain, group.split("/"))) for group in line.split()])
        for kind in (Outcome.SELF_HARM, Outcome.EMERGENCY)
        for line in of[kind.value]
    )
    unless = tuple(_plain(each) for line in of["unless"] for each in line.split("/"))
    return ForeignWords(language, lines, unless)


@cache
def _beginnings() -> tuple[frozenset[str], Sequence[int], frozenset[str]]:
    """All beginnings of words, their lengths, and those that any place will do for."""
    apart, anywhere = set[str](), set[str]()
    for words in _languages():
        known = anywhere if words.language in _WITHOUT_SPACES else apart
        known.update(each for _, line in words.lines for group in line for each in group)
    return frozenset(apart), sorted({len(each) for each in apart}), frozenset(anywhere)


def _beginnings_in(plain: str) -> set[str]:
    """The beginnings that a plain text has; one of one or two letters must stand alone."""
    apart, lengths, anywhere = _beginnings()
    found = set() if plain.isascii() else {each for each in anywhere if each in plain}
    for start in _WORD_STARTS.finditer(plain):
        at = start.start()
        for length in lengths:
            piece, behind = plain[at : at + length], plain[at + length : at + length + 1]
            if piece in apart and (length > SHORT or not _IN_A_WORD.match(behind)):
                found.add(piece)
    return found


def _plain(text: str) -> str:
    """Small letters without accents: people leave them out."""
    apart = unicodedata.normalize("NFKD", normalise(text))
    return "".join(c for c in apart if not unicodedata.combining(c)).replace("\u0131", "i")
