"""Spelling correction: words that are neither the FAQ's nor English become the nearest that is."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import product
from string import ascii_lowercase

from rapidfuzz import process
from rapidfuzz.distance import OSA

from faq.language.lexicon import english, shorthand
from faq.language.opposites import opposes, with_affix
from faq.language.stems import stop_words
from faq.language.tokens import is_sign, tokenise

#: Letters from which on a slip can be told from another word, and up to which a word is one.
SHORTEST, LONGEST = 4, 20
#: Unknown words corrected in one text. A pasted log has hundreds, each costs half a millisecond,
#: and while they are looked up nobody else is answered.
CORRECTED_AT_MOST = 20
#: Measured on misspelt questions: below 0.7 other words are drawn in (matching.md, point 3).
MIN_SIMILARITY = 0.7
#: No list tells the real words of other languages from slips: one must be nearer to be mended.
MIN_SIMILARITY_UNLISTED = 0.8
#: A general English word must be nearer than a word of the FAQ to be taken instead.
MIN_SIMILARITY_ENGLISH = 0.75
#: A word the FAQ has this often at most is a slip if another that much alike is so many times
#: more frequent: paraphrases hold typos too, and those must not pass for words.
SLIPS_AT_MOST = 2
MIN_SIMILARITY_SLIP = 0.75
SLIP_RATIO = 2
#: A slip so many people make that the FAQ has it often is a slip of a far more frequent word.
COMMON_SLIP_RATIO = 20
#: Up to so many letters, and in English words, only what thumbs and ears mix up is a slip: half of
#: the unknown words of five letters are names ("vimeo" is no "video").
SHORT = 5
#: A short word is corrected to one of so many most frequent ones.
FREQUENT = 6_000
#: From so many letters on chance brings no rare word within one slip of another one.
LONG = 7
#: Nearest words looked at: the first may be an opposite.
LOOKED_AT = 4

_LETTERS = re.compile(r"[^\W\d_]+")
_DOUBLE = re.compile(r"(.)\1+")
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_PLACE = {letter: (row, at) for row, keys in enumerate(_KEYS) for at, letter in enumerate(keys)}
_SOUND_ALIKE = ("aeiouy", "csz", "ckq", "gj", "mn", "dt", "bp", "fv", "vw", "lr")


ByLetter = Mapping[str, Sequence[str]]
NONE: tuple[str | None, float] = (None, 0.0)


class Repairer:
    """Corrects the spelling of texts in the light of a FAQ's own words.

    Of English; in another `language` only slips of the FAQ's own words are mended.
    """

    def __init__(self, phrasings: Iterable[str], language: str = "en") -> None:
        texts = tuple(phrasings)
        self.language = language
        self._lexicon = english() if language == "en" else None
        self._near = MIN_SIMILARITY if self._lexicon else MIN_SIMILARITY_UNLISTED
        counts = Counter(word for text in texts for word in tokenise(text, language))
        ranked = [word for word, _ in counts.most_common() if _correctable(word)]
        self._common = _common_english() if self._lexicon else {}
        self._own = set(counts)
        misspelt = set(self._misspelt(ranked, counts))
        self._own -= misspelt
        self._short = _shorthand(texts, counts) if language == "en" else {}
        targets = [w for w in ranked if w not in misspelt and self._teaches(w, counts[w])]
        self._targets = _by_first_letter(targets)
        self._by_sound = {single(word): word for word in reversed(targets)}
        self._word = lru_cache(maxsize=20_000)(self._corrected)

    def _misspelt(self, ranked: Sequence[str], counts: Counter[str]) -> Iterator[str]:
        """Words of the FAQ that are slips of its own, more frequent words."""
        rising = [-counts[word] for word in ranked]  # the most frequent come first
        for word in ranked:
            if self._is_real(word):
                continue
            ratio = SLIP_RATIO if counts[word] <= SLIPS_AT_MOST else COMMON_SLIP_RATIO
            others = ranked[: bisect_right(rising, -ratio * counts[word])]
            if self._best(word, {word[0]: others}, MIN_SIMILARITY_SLIP)[0]:
                yield word

    def _teaches(self, word: str, count: int) -> bool:
        """Whether other words may be corrected to this one: what stands once may be a slip."""
        if count > 1 or self._lexicon is None or self._is_real(word):
            return True
        return self._best(word, self._common, MIN_SIMILARITY)[0] is None

    def repair(self, text: str) -> list[str]:
        """The words of a text with misspellings mended, halves joined, run-ons split."""
        corrected: list[str] = []
        unknown = 0
        for word in self._join(self._words(text)):
            if not _correctable(word) or self._knows(word):
                corrected.append(word)
                continue
            unknown += 1
            corrected.extend(self._word(word).split() if unknown <= CORRECTED_AT_MOST else [word])
        return corrected

    def _words(self, text: str) -> list[str]:
        """The words as typed, shorthand written out; signs the FAQ doesn't use say nothing."""
        words = tokenise(text, self.language)
        written_out = [part for word in words for part in self._short.get(word, word).split()]
        return [word for word in written_out if word in self._own or not is_sign(word)]

    def _is_real(self, word: str) -> bool:
        if self._lexicon is None:
            return word in stop_words(self.language)
        return self._lexicon.is_real(word)

    def _is_frequent(self, word: str) -> bool:
        return self._lexicon is not None and self._lexicon.rank.get(word, FREQUENT) < FREQUENT

    def _knows(self, word: str) -> bool:
        return word in self._own or self._is_real(word)

    def _join(self, words: list[str]) -> list[str]:
        """`angio plasty` → `angioplasty`: neighbours that only together are a FAQ word.

        But "a symptomatic patient" is not an asymptomatic one.
        """
        joined: list[str] = []
        for word in words:
            before = joined[-1] if joined else ""
            whole = before + word
            if before and whole in self._own and not self._stand_alone(before, word, whole):
                joined[-1] = whole
            else:
                joined.append(word)
        return joined

    def _stand_alone(self, first: str, second: str, whole: str) -> bool:
        if first in self._own and second in self._own:
            return True
        return self._knows(first) and opposes(second, whole, self._knows)

    def _corrected(self, word: str) -> str:
        """The word an unknown one stands for, two words of a run-on, or itself."""
        if with_affix(word, self._knows, self._own.__contains__):
            return word
        one_slip = 1 - 1 / len(word)
        twin = self._by_sound.get(single(word))
        if twin and self._fits(word, twin):
            return twin
        own, near = self._best(word, self._targets, self._near)
        if own and near >= one_slip:  # no nearer one is possible
            return own
        other, nearer = self._best(word, self._common, max(near, MIN_SIMILARITY_ENGLISH))
        nearest = other if nearer > near else own
        if max(near, nearer) < one_slip:
            nearest = self._rare(word) or nearest
        return nearest or self._split(word) or word

    def _best(self, word: str, among: ByLetter, cutoff: float) -> tuple[str | None, float]:
        """The most similar word it may be a slip of, and their similarity (0-1), or (None, 0)."""
        found = process.extract(
            word,
            [other for letter in {word[0], word[1]} for other in among.get(letter, ())],
            scorer=OSA.normalized_similarity,
            processor=None,
            score_cutoff=cutoff,
            limit=LOOKED_AT,
        )
        return next(((other, near) for other, near, _ in found if self._fits(word, other)), NONE)

    def _rare(self, word: str) -> str | None:
        """A real word, however rare, that is one slip away: "oraeges" is "oranges"."""
        others = filter(self._is_real, one_slip_away(word) if len(word) >= LONG else ())
        return next((other for other in others if self._fits(word, other)), None)

    def _fits(self, typed: str, word: str) -> bool:
        """Whether a word may be what somebody meant: a short one is a name, not a rare word."""
        if len(typed) <= SHORT and word not in self._own and not self._is_frequent(word):
            return False
        return is_slip(typed, word) and not opposes(typed, word, self._knows)

    def _split(self, word: str) -> str | None:
        """`chestpain` → `chest pain`, where both halves are words of the FAQ."""
        for at in range(3, len(word) - 2) if len(word) >= LONG else ():
            if word[:at] in self._own and word[at:] in self._own:
                return f"{word[:at]} {word[at:]}"
        return None


def _by_first_letter(words: Iterable[str]) -> ByLetter:
    groups: dict[str, list[str]] = {}
    for word in words:
        groups.setdefault(word[0], []).append(word)
    return groups


@cache
def _common_english() -> ByLetter:
    return _by_first_letter(word for word in english().common if _correctable(word))


def _shorthand(texts: Sequence[str], counts: Counter[str]) -> Mapping[str, str]:
    """The doubtful shorthand that stands for other words in this FAQ."""
    names = {name for text in texts for name in names_in(text)}
    found: dict[str, str] = {}
    for kind in ("unless_a_name", "if_known"):
        for short, long in shorthand()[kind].items():
            used = min(counts[word] for word in long.split())
            if short not in names and used >= max(counts[short], kind == "if_known"):
                found[short] = long
    return found


def names_in(text: str) -> Iterator[str]:
    """Words in capitals amid small letters, in lower case; the first counts only if alone."""
    words = _LETTERS.findall(text)
    if len(words) > 1:
        words = [] if text.isupper() else words[1:]
    return (word.lower() for word in words if word.isupper())


def one_slip_away(word: str) -> Iterator[str]:
    """What a word may have been before one slip of the thumb, the likelier first."""
    yield from (f"{word[:i]}{word[i + 1]}{word[i]}{word[i + 2 :]}" for i in range(len(word) - 1))
    yield from (f"{word[:i]}{word[i + 1 :]}" for i in range(1, len(word)))
    for i, letter in product(range(1, len(word)), ascii_lowercase):
        yield f"{word[:i]}{letter}{word[i:]}"
        yield f"{word[:i]}{letter}{word[i + 1 :]}"


def single(word: str) -> str:
    """The word with double letters once: nothing is confused more often."""
    return _DOUBLE.sub(r"\1", word)


def is_slip(typed: str, word: str) -> bool:
    """Whether a word may be a slip of another.

    The first letter is hardly ever wrong; a short word differs by a letter left out, swapped,
    near on the keyboard or alike in sound.
    """
    if typed[0] != word[0] and typed[:2] != word[1::-1]:
        return False
    if len(typed) > SHORT or len(typed) < len(word) or typed == word:
        return True
    at = next((i for i, (a, b) in enumerate(zip(typed, word, strict=False)) if a != b), len(word))
    if len(typed) > len(word):  # one letter too many: a neighbour of those beside it, or the same
        beside = typed[max(0, at - 1) : at] + typed[at + 1 : at + 2]
        return any(mixed_up(typed[at], letter) for letter in beside)
    swapped = typed[at + 1 :] != word[at + 1 :]
    return swapped or mixed_up(typed[at], word[at])


def mixed_up(letter: str, other: str) -> bool:
    """Whether two letters are neighbours on the keyboard or sound alike."""
    if letter == other or any(letter in group and other in group for group in _SOUND_ALIKE):
        return True
    (row, at), (other_row, other_at) = _PLACE.get(letter, (9, 9)), _PLACE.get(other, (99, 99))
    return abs(row - other_row) <= 1 and abs(at - other_at) <= 1


def _correctable(word: str) -> bool:
    return SHORTEST <= len(word) <= LONGEST and word.isalpha()
