"""Emergency words of other languages, as `data/emergency_words.toml` lists them."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from faq.language.lexicon import DATA
from faq.language.tokens import normalise
from faq.model import Outcome

#: Languages whose words do not stand apart.
_WITHOUT_SPACES = frozenset({"zh"})
#: Letters that are looked at: danger comes first, and hundreds of patterns take their time.
MOST = 1_000
#: So short a beginning would be that of too many words.
SHORT = 2


@dataclass(frozen=True, slots=True)
class Line:
    """Beginnings of words: of every group one must stand in a message."""

    groups: tuple[re.Pattern[str], ...]

    def holds(self, text: str) -> bool:
        """Whether a plain text has one of every group."""
        return all(group.search(text) for group in self.groups)


@dataclass(frozen=True, slots=True)
class Words:
    """The emergency words of one language, by what they set off."""

    language: str
    lines: tuple[tuple[Outcome, Line], ...]
    unless: tuple[str, ...]
    #: Most texts have none of what the lines begin with, which one look tells.
    any_first: re.Pattern[str]


def emergency_in(text: str) -> tuple[Outcome, str] | None:
    """What kind of alert the words of another language set off, and the language's code."""
    plain = _plain(text[:MOST])
    for words in _languages():
        if not words.any_first.search(plain) or any(calm in plain for calm in words.unless):
            continue
        for outcome, line in words.lines:
            if line.holds(plain):
                return outcome, words.language
    return None


@cache
def _languages() -> tuple[Words, ...]:
    lists = tomllib.loads((DATA / "emergency_words.toml").read_text(encoding="utf-8"))
    return tuple(_words(language, of) for language, of in lists.items())


def _words(language: str, of: Mapping[str, Sequence[str]]) -> Words:
    lines = tuple(
        (kind, _line(written, language))
        for kind in (Outcome.SELF_HARM, Outcome.EMERGENCY)
        for written in of[kind.value]
    )
    firsts = dict.fromkeys(line.groups[0].pattern for _, line in lines)
    return Words(language, lines, tuple(_either(of["unless"])), re.compile("|".join(firsts)))


def _either(written: Iterable[str]) -> Iterable[str]:
    for line in written:
        yield from map(_plain, line.split("/"))


def _line(written: str, language: str) -> Line:
    apart = language not in _WITHOUT_SPACES
    groups = (
        [_beginning(_plain(word), apart=apart) for word in g.split("/")] for g in written.split()
    )
    return Line(tuple(re.compile("|".join(group)) for group in groups))


def _beginning(word: str, *, apart: bool) -> str:
    """The pattern of a word's beginning; a word of one or two letters must stand alone."""
    if not apart:
        return re.escape(word)
    return rf"(?<!\w){re.escape(word)}" + (r"(?!\w)" if len(word) <= SHORT else "")


def _plain(text: str) -> str:
    """Small letters without accents: people leave them out."""
    apart = unicodedata.normalize("NFKD", normalise(text))
    return "".join(c for c in apart if not unicodedata.combining(c)).replace("\u0131", "i")
