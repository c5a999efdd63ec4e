"""Words of a text, and their repair: fuzzy matching mends the spelling before meaning is read."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from itertools import product
from string import ascii_lowercase

from rapidfuzz import process
from rapidfuzz.distance import OSA

from faq.language.lexicon import Lexicon, english, shorthand

#: Telegram's own limit; nobody's question is longer.
MAX_LENGTH = 4096
#: Words from which on a spelling can be told from another word.
MIN_REPAIR = 4
#: Measured on misspelt questions: below 0.7 other words are drawn in (matching.md, point 3).
MIN_SIMILARITY = 0.7
#: A general English word must be nearer than a word of the FAQ to be taken instead.
MIN_SIMILARITY_ENGLISH = 0.75
#: A word the FAQ has this often at most is a slip if another that much alike is so many times
#: more frequent: paraphrases hold typos too, and those must not pass for words.
SLIPS_AT_MOST = 2
MIN_SIMILARITY_SLIP = 0.75
SLIP_RATIO = 2
#: A slip so many people make that the FAQ has it often is a slip of a far more frequent word.
COMMON_SLIP_RATIO = 20

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_LETTER_HYPHEN = re.compile(r"\b([a-z])[-\u2010\u2011 ](?=ray)")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u02bc": "'", "`": "'"})


def normalise(text: str) -> str:
    """Lower case, compatibility forms folded, control characters dropped, spaces single."""
    folded = unicodedata.normalize("NFKC", text[:MAX_LENGTH]).lower().translate(_QUOTES)
    if not folded.isprintable():
        folded = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in folded)
    return " ".join(folded.split())


def tokenise(text: str) -> list[str]:
    """The words of a text, normalised, shorthand written out, possessive 's dropped."""
    plain = _STRETCHED.sub(r"\1\1", normalise(text))
    if "ray" in plain:
        plain = _LETTER_HYPHEN.sub(r"\1", plain)
    words: list[str] = []
    for word in _WORD.findall(plain):
        long = shorthand().get(word)
        words.extend(long.split() if long else (word.removesuffix("'s").replace("'", ""),))
    return words


def phrase(text: str) -> str:
    """A text reduced to its words: equal for phrasings that differ in case or punctuation."""
    return " ".join(tokenise(text))


class Repairer:
    """Replaces words that are neither the FAQ's nor English by the nearest word that is."""

    def __init__(self, phrasings: Iterable[str], lexicon: Lexicon | None = None) -> None:
        self._lexicon = lexicon or english()
        counts = Counter(word for text in phrasings for word in tokenise(text))
        self._candidates = [w for w, _ in counts.most_common() if _mendable(w)]
        self._own = set(counts) - set(self._misspelt(counts))
        self._candidates = [w for w in self._candidates if w in self._own]
        self._common = self._lexicon.common
        self.word = lru_cache(maxsize=20_000)(self._word)

    def _misspelt(self, counts: Counter[str]) -> Iterator[str]:
        """Words of the FAQ that are slips of its own, more frequent words."""
        rising = [-counts[word] for word in self._candidates]  # the most frequent come first
        for word in self._candidates:
            if self._lexicon.is_real(word):
                continue
            ratio = SLIP_RATIO if counts[word] <= SLIPS_AT_MOST else COMMON_SLIP_RATIO
            others = self._candidates[: bisect_right(rising, -ratio * counts[word])]
            if _best(word, others, MIN_SIMILARITY_SLIP)[0]:
                yield word

    def repair(self, text: str) -> list[str]:
        """The words of a text with misspellings mended, halves joined, run-ons split."""
        words = self._join(tokenise(text))
        return [mended for word in words for mended in self.word(word).split()]

    def _knows(self, word: str) -> bool:
        return word in self._own or self._lexicon.is_real(word)

    def _join(self, words: list[str]) -> list[str]:
        """`angio plasty` → `angioplasty`: neighbours that only together are a FAQ word."""
        joined: list[str] = []
        for word in words:
            whole = joined[-1] + word if joined else ""
            if whole in self._own and not (word in self._own and joined[-1] in self._own):
                joined[-1] = whole
            else:
                joined.append(word)
        return joined

    def _word(self, word: str) -> str:
        if not _mendable(word) or self._knows(word):
            return word
        return self._nearest(word) or self._split(word) or self._rare(word) or word

    def _nearest(self, word: str) -> str | None:
        """The nearest FAQ word, unless a common English word is strictly nearer."""
        own, near = _best(word, self._candidates, MIN_SIMILARITY)
        if near >= 1 - 1 / len(word):  # one slip away from a FAQ word: no nearer one is possible
            return own
        other, nearer = _best(word, self._common, max(near, MIN_SIMILARITY_ENGLISH))
        return other if nearer > near else own

    def _rare(self, word: str) -> str | None:
        """A real word, however rare, that is one slip away: "oraeges" is "oranges"."""
        return next((w for w in one_slip(word) if self._lexicon.is_real(w)), None)

    def _split(self, word: str) -> str | None:
        """`chestpain` → `chest pain`, where both halves are words of the FAQ."""
        for at in range(3, len(word) - 2):
            if word[:at] in self._own and word[at:] in self._own:
                return f"{word[:at]} {word[at:]}"
        return None


def one_slip(word: str) -> Iterator[str]:
    """What a word may have been before one slip of the thumb, the likelier first."""
    yield from (f"{word[:i]}{word[i + 1]}{word[i]}{word[i + 2 :]}" for i in range(len(word) - 1))
    yield from (f"{word[:i]}{word[i + 1 :]}" for i in range(len(word)))
    for i, letter in product(range(1, len(word)), ascii_lowercase):
        yield f"{word[:i]}{letter}{word[i:]}"
        yield f"{word[:i]}{letter}{word[i + 1 :]}"


def _mendable(word: str) -> bool:
    return len(word) >= MIN_REPAIR and word.isalpha()


def _best(word: str, among: Collection[str], cutoff: float) -> tuple[str | None, float]:
    """The most similar word and its OSA similarity (0-1); (None, 0) below the cutoff."""
    found = process.extractOne(
        word, among, scorer=OSA.normalized_similarity, processor=None, score_cutoff=cutoff
    )
    return (found[0], found[1]) if found else (None, 0.0)
