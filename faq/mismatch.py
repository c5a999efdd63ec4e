"""Signs that an entry near a question is not its answer.

Near in words and meaning, and still beside it: the meaning is turned round ("why not use a stent"
is near "why use a stent"), another kind of thing is asked ("who does it" is near "how is it done"),
or the one word that matters is another ("how effective is homeopathy"). All that in English.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rapidfuzz.distance import OSA

from faq.language.lexicon import english
from faq.language.phrases import asked_for, negations, words_of
from faq.language.stems import stop_words
from faq.matching.query import content_words

Phrasings = Sequence[Sequence[str]]

#: A phrasing that turns, too, is the same question if it has so much of the query's content.
SAME_CONTENT = 0.5
#: So many words after a "not" are what it denies.
SCOPE = 5
#: What a word must say to be what a question is about (`Lexicon.weight`, 0 to 10), in a question of
#: so few words of content; beside these it is one detail of several.
DECISIVE = 8.5
FEW = 5
#: Cosine of two words' vectors from which they mean the same: cardiac-heart 0.83, pulmonary-lungs
#: 0.71.
SAME_MEANING = 0.75
#: Endings in which two forms of one word may differ (letters), behind a beginning of so many.
ENDING, BEGINNING = 3, 3
#: One slip in so many letters is a misspelling.
LETTERS_A_SLIP = 5


def is_beside(words: Sequence[str], phrasings: Phrasings) -> bool:
    """Whether a query asks for something else than an entry of these many phrasings tells."""
    return asks_another(words, phrasings) or names_another(words, phrasings)


def turns(words: Sequence[str], phrasings: Phrasings) -> bool:
    """Whether a query denies, or asks for all, what no like phrasing of an entry does."""
    own = denials(words)
    wholly = _wholly(words)
    if not own and not wholly:
        return False
    alike = [p for p in phrasings if _alike(words, p)]
    theirs = {denial for p in alike for denial in denials(p)}
    for kind, scope in own:
        if not any(kind == k and (scope & s or not scope or not s) for k, s in theirs):
            return True
    return wholly and not any(map(_wholly, alike))


def denials(words: Sequence[str]) -> list[tuple[str, frozenset[str]]]:
    """What a text denies: how it does so, and the words of content that are denied.

    "Why not use a stent" asks what speaks against one, "why is it not used" and "what without a
    stent" do not. What is put "instead of" another thing denies neither.
    """
    found = []
    for at, word in enumerate(words):
        kind = negations().get(word)
        if kind is None or not _turning(words, at):
            continue
        if kind == "not" and _asks_why(words, at):
            kind = "why not"
        scope = () if kind == "instead" else _scope(words[at + 1 :])
        found.append((kind, frozenset(scope)))
    return found


def _scope(words: Sequence[str]) -> list[str]:
    """The words of content that a negation before these words denies."""
    scope: list[str] = []
    for word in words[:SCOPE]:
        if word in negations() or word in words_of("joins"):
            break
        scope.append(word)
    return content_words(scope)


def _turning(words: Sequence[str], at: int) -> bool:
    """Whether the negation at this place turns what is asked."""
    rhetorical = at == 1 and words[0] in words_of("auxiliary")  # "is it not …", "don't they …"
    aside = at + 1 == len(words) or words[at - 1] in {"or", "if"}  # "… or not", "if not"
    choice = words[at] == "instead" and "or" in words[at:]
    mind = words_of("mind") - ({"just"} if _asks_why(words, at) else set())  # "why not just …"
    minded = not mind.isdisjoint(words[at + 1 : at + 3])
    return not (rhetorical or aside or choice or minded)


def _asks_why(words: Sequence[str], at: int) -> bool:
    """Whether the negation at this place stands behind a "why"."""
    return "why" in words[max(0, at - 2) : at]


def _wholly(words: Sequence[str]) -> bool:
    return not words_of("wholly").isdisjoint(words)


def _alike(words: Sequence[str], phrasing: Sequence[str]) -> bool:
    content = set(content_words(words))
    shared = content & set(content_words(phrasing))
    return len(shared) >= SAME_CONTENT * len(content)


def asks_another(words: Sequence[str], phrasings: Phrasings) -> bool:
    """Whether a query asks for a person, place, time, number or price, and no phrasing does."""
    kind = _kind(words)
    return bool(kind) and all(_kind(p) != kind for p in phrasings)


def compares(words: Iterable[str]) -> bool:
    """Whether a question sets two things side by side: "which is safer", "how do they differ"."""
    return not words_of("comparing").isdisjoint(words)


def _kind(words: Sequence[str]) -> str:
    for at in range(len(words)):
        for length in (2, 1):
            if kind := asked_for().get(tuple(words[at : at + length])):
                return kind
    return ""


def names_another(words: Sequence[str], phrasings: Phrasings) -> bool:
    """Whether a short query has a rare word that no phrasing has, and that is what it is about.

    It is where it stands next to a word of the entry ("a balloon sinuplasty"), or all but alone.
    """
    content = content_words(words)
    if len(content) > FEW:
        return False
    known = {w for p in phrasings for w in content_words(p)}
    for at, word in enumerate(words):
        if word in known or word in stop_words("en") or not _is_decisive(word, known):
            continue
        beside = {*words[max(0, at - 1) : at], *words[at + 1 : at + 2]}
        if beside & known or (len(content) <= 2 and english().is_real(word)):
            return True
    return False


def _is_decisive(word: str, known: Iterable[str]) -> bool:
    if len(word) <= ENDING or not word.isalpha() or english().weight(word) < DECISIVE:
        return False
    known = tuple(known)
    if any(is_form(word, other) or _is_slip(word, other) for other in known):
        return False
    return not (english().units([word]) @ english().units(known).T >= SAME_MEANING).any()


def is_form(word: str, other: str) -> bool:
    """Whether two words differ in their endings only."""
    same = next((i for i, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), None)
    same = min(len(word), len(other)) if same is None else same
    return same >= BEGINNING and max(len(word), len(other)) - same <= ENDING


def _is_slip(word: str, other: str) -> bool:
    """Whether one word is the other, misspelt."""
    most = max(1, len(word) // LETTERS_A_SLIP)
    return OSA.distance(word, other, score_cutoff=most) <= most
