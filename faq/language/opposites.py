"""Words that differ by a prefix or ending which turns their meaning: never one for the other.

"Nondiabetic" is three letters from "diabetic" and says its opposite; to mend the one into the
other would answer another question, surely and wrongly.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import lru_cache
from itertools import product

from rapidfuzz.distance import OSA

from faq.language.lexicon import DATA

_DATA = tomllib.loads((DATA / "prefixes.toml").read_text(encoding="utf-8"))
TELLING, DOUBTFUL = (frozenset(_DATA[name].split()) for name in ("telling", "doubtful"))
LONGEST_FIRST = sorted(TELLING | DOUBTFUL, key=len, reverse=True)
ENDINGS = tuple(_DATA["endings"].split())
LEAST_STEM = 3
#: Letters of a word that makes one with a prefix before it: "presure" is a slip of "pressure", and
#: "exchance" of "exchange".
LEAST_TELLING, LEAST_DOUBTFUL = 4, 7
LEAST_NEGATED = dict.fromkeys(("mis", "no", "not", "un"), 5) | dict.fromkeys(
    ("de", "dis", "im", "in", "pre", "sub"), 6
)
#: Before a word that the FAQ uses, any prefix is meant.
LEAST_KNOWN = 5
VOWELS = frozenset("aeiou")


def opposes(typed: str, word: str, is_word: Callable[[str], bool]) -> bool:
    """Whether `word` may be what was typed with an opposing prefix more, less or exchanged.

    Spelt as it may be: "diabetic" opposes "nondiabtic". Two words that begin with the same
    prefix don't oppose each other.
    """
    if typed.endswith(word) and len(typed) > len(word) + 1:
        return True  # whatever stands before it
    apart = OSA.distance(typed, word)
    return _endings_oppose(typed, word, apart) or _prefixes_oppose(typed, word, apart, is_word)


def _prefixes_oppose(typed: str, word: str, apart: int, is_word: Callable[[str], bool]) -> bool:
    ours, theirs = readings(typed), readings(word)
    if ours[0][0] == theirs[0][0]:
        return False
    for (mine, stem), (yours, other) in product(ours, theirs):
        if mine == yours:
            continue
        left = OSA.distance(stem, other)
        if left < apart and (yours in TELLING or is_word(other)):
            return True
        if left == apart and not yours:  # "unecessary" is as near to "necessary" as can be
            return True
    return False


def _endings_oppose(typed: str, word: str, apart: int) -> bool:
    return any(
        longer.endswith(ending)
        and not shorter.endswith(ending)
        and OSA.distance(longer.removesuffix(ending), shorter) <= apart
        for ending in ENDINGS
        for longer, shorter in ((typed, word), (word, typed))
    )


def with_affix(typed: str, is_word: Callable[[str], bool], is_own: Callable[[str], bool]) -> bool:
    """Whether it is a word with a prefix or ending before or behind it, and so spelt right."""
    if any(typed.endswith(end) and is_word(typed.removesuffix(end)) for end in ENDINGS):
        return True
    stems = ((p, typed.removeprefix(p)) for p in LONGEST_FIRST if typed.startswith(p))
    return any(
        (len(stem) >= least_stem(prefix) and is_word(stem))
        or (len(stem) >= LEAST_KNOWN and is_own(stem))
        for prefix, stem in stems
    )


def least_stem(prefix: str) -> int:
    """How many letters a word has before which the prefix is one, and not a slip."""
    least = LEAST_TELLING if prefix in TELLING else LEAST_DOUBTFUL
    return LEAST_NEGATED.get(prefix, least)


@lru_cache(maxsize=4000)
def readings(word: str) -> tuple[tuple[str, str], ...]:
    """(prefix, stem) in every way a word can be read, the longest prefix first, ("", word) last."""
    found = [(p, word[len(p) :]) for p in LONGEST_FIRST if word.startswith(p)]
    return (*((p, stem) for p, stem in found if _may_stand_before(stem, p)), ("", word))


def _may_stand_before(stem: str, prefix: str) -> bool:
    """A negating "a" stands before a consonant, "an" before a vowel."""
    if prefix in {"a", "an"} and (stem[:1] in VOWELS) != (prefix == "an"):
        return False
    return len(stem) >= LEAST_STEM
