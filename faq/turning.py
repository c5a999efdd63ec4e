"""Words that turn a meaning round: "why not use one" is near "why use one", and its opposite."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from faq.language.phrases import words_of
from faq.matching.query import content_words

#: A phrasing that turns, too, is the same question if it has so much of the query's content.
SAME_CONTENT = 0.5


def turns(words: Sequence[str], phrasings: Iterable[Sequence[str]]) -> bool:
    """Whether a query denies, or asks for all, what no like phrasing of an entry does."""
    for kind in (_negated, _wholly):
        if kind(words) and not any(kind(p) and _alike(words, p) for p in phrasings):
            return True
    return False


def _negated(words: Sequence[str]) -> bool:
    return any(_turning(words, at) for at, word in enumerate(words) if word in words_of("not"))


def _turning(words: Sequence[str], at: int) -> bool:
    """Whether the negation at this place turns what is asked."""
    rhetorical = at == 1 and words[0] in words_of("auxiliary")  # "is it not …", "don't they …"
    aside = at + 1 == len(words) or words[at - 1] in {"or", "if"}  # "… or not", "if not"
    minded = not words_of("mind").isdisjoint(words[at + 1 : at + 3])
    return not (rhetorical or aside or minded)


def _wholly(words: Sequence[str]) -> bool:
    return not words_of("wholly").isdisjoint(words)


def _alike(words: Sequence[str], phrasing: Sequence[str]) -> bool:
    content = set(content_words(words))
    shared = content & set(content_words(phrasing))
    return len(shared) >= SAME_CONTENT * len(content)
