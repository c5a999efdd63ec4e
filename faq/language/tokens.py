"""Words of a text. Signs that carry meaning are words, too: "C++", "£", "-5", an emoji."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from faq.language.lexicon import shorthand

__all__ = ["tokenise"]

#: More of a query is not read: nobody's question is longer, and reading takes time.
MAX_LENGTH = 4200

#: Written without spaces: each character is a word, and two neighbours a pair.
_IDEOGRAPHS = (
    "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_TOKEN = re.compile(
    rf"""
      (?:(?<![^\s(])-)?\d+(?:[.,]\d+)*(?![^\W_])        # 5, -5, 3.5, 1,000
    | [{_IDEOGRAPHS}]
    | (?<!\w)[^\W\d_]{{1,2}}&[^\W\d_]{{1,2}}(?!\w)      # R&D, AT&T
    | (?<!\w)[^\W\d_](?:\+\+|\#|\+)(?!\w)               # C++, C#, A+
    | [^\W_{_IDEOGRAPHS}]+\+\+                          # notepad++
    | [^\W_{_IDEOGRAPHS}]+(?:'[^\W_]+)*
    | °[cf]\b
    | [\U0001f1e6-\U0001f1ff]{{2}}                      # a flag is two signs
    | %
    | [^\w\s\u2190-\u25ff]                              # signs but for arrows, lines and boxes
    """,
    re.VERBOSE,
)
#: Unicode's categories of currency signs and of what stands for a thing: emoji, degrees.
SIGNS = frozenset({"Sc", "So"})
_BETWEEN_IDEOGRAPHS = re.compile(rf"(?<=[{_IDEOGRAPHS}]) (?=[{_IDEOGRAPHS}])")
_THOUSANDS = re.compile(r"-?\d{1,3}(?:,\d{3})+")
_LETTER_HYPHEN = re.compile(r"\b([a-z])[-\u2010\u2011 ](?=ray)")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
#: "10⁵" is not 105, and "2½" not 21/2.
_SMALL_DIGITS = re.compile(
    r"(?<=\d)(?=[\u00b2\u00b3\u00b9\u2070-\u2079\u00bc-\u00be\u2150-\u215e])"
)
#: What NFKC would turn into something else: "№" into "no", "™" into letters, an accent that stands
#: alone (many type it for an apostrophe) into a gap.
_BEFORE_FOLDING = str.maketrans(
    dict.fromkeys("\u2018\u2019\u02bc\u00b4\u2032\u02b9`", "'")
    | dict.fromkeys("\u2122\u2120\u00a9\u00ae", " ")
    | {"\u2116": " number ", "\u2212": "-"}
)
#: What lower case leaves of a Turkish i, the dots of a Russian ё, what Arabic is mostly written
#: without, marks of direction, soft hyphens, and what follows an emoji to colour it.
_AFTER_FOLDING = str.maketrans(
    dict.fromkeys(range(0x64B, 0x653))
    | dict.fromkeys(
        "\u0307\u0640\u0670\u00ad\u200e\u200f\u2066\u2067\u2068\u2069\ufe0e\ufe0f\u20e3"
    )
    | {"\u0131": "i", "\u0451": "\u0435"}
    | dict.fromkeys("\u0622\u0623\u0625", "\u0627")
    | {"\u0649": "\u064a"}
)


def normalise(text: str) -> str:
    """Lower case, compatibility forms folded, control characters dropped, spaces single."""
    plain = text[:MAX_LENGTH]
    if not plain.isascii():
        plain = _SMALL_DIGITS.sub(" ", plain.translate(_BEFORE_FOLDING))
        plain = unicodedata.normalize("NFKC", plain)
    folded = plain.replace("`", "'").casefold().translate(_AFTER_FOLDING)
    if not folded.isprintable():
        folded = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in folded)
    return " ".join(folded.split())


def tokenise(text: str, language: str = "en") -> list[str]:
    """The words of a text, normalised.

    Of English, shorthand is written out and possessive 's dropped; in other languages an
    apostrophe parts two words ("l'artère").
    """
    plain = _STRETCHED.sub(r"\1\1", normalise(text))
    if "ray" in plain:
        plain = _LETTER_HYPHEN.sub(r"\1", plain)
    if language != "en":
        return [word for found in _tokens(plain) for word in found.split("'")]
    words: list[str] = []
    for word in _tokens(plain):
        long = shorthand()["always"].get(word)
        words.extend(long.split() if long else (word.removesuffix("'s").replace("'", ""),))
    return words


def phrase(text: str) -> str:
    """A text reduced to its words: equal for phrasings that differ in case or punctuation."""
    return " ".join(tokenise(text))


def is_sign(word: str) -> bool:
    """Whether a word is no more than a sign, such as an emoji or "£"."""
    return not any(map(str.isalnum, word))


def written(words: Iterable[str]) -> str:
    """Words as a text again: with spaces, but none between ideographs."""
    text = " ".join(words)
    return text if text.isascii() else _BETWEEN_IDEOGRAPHS.sub("", text)


def _tokens(plain: str) -> Iterator[str]:
    """What stands between spaces and punctuation in a normalised text."""
    # Vowel signs and accents of their own belong to the word around them; `re` does not know.
    shape = plain if plain.isascii() else "".join(map(_shape, plain))
    for match in _TOKEN.finditer(shape):
        found = plain[match.start() : match.end()]
        if found[-1].isdigit():
            yield found.replace(",", "" if _THOUSANDS.fullmatch(found) else ".")
        elif not is_sign(found) or found == "%" or unicodedata.category(found[0]) in SIGNS:
            yield found


def _shape(character: str) -> str:
    return "a" if unicodedata.category(character)[0] == "M" else character
