"""Personal details taken out of what becomes a draft: whoever checks it need not know who asked.

What has a form of its own (e-mail, numbers, dates) is taken out in any language, what words
announce ("my name is …", "born …") in those of `cues.toml`. Better a word too many is gone than a
name is left: a curator reads the draft before anybody else does.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator
from pathlib import Path

from bot.storage.journal import mask
from faq.language.lexicon import english
from faq.language.tokens import tokenise

Rule = tuple[re.Pattern[str], str]

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶĻŁŃŅŇŌŐŒŘŚŞŠŢŤŪŮŰŲŸŹŻŽА-ЯЁЄІЇΑ-Ω"
#: A word that begins with a capital, and up to four in a row: "Ana de la Cruz".
_CAPITAL = rf"(?-i:(?!I\b)[{_UPPER}][\w'\u2019]*(?:-[\w'\u2019]+)*)"
_NAME = rf"{_CAPITAL}(?:\.?[ ]+(?:(?:de|del|la|van|von|v\.|der|den|bin|al)[ ]+)*{_CAPITAL}){{0,3}}"
#: A name without capitals is one word or two, and a sentence goes on behind it.
_GOES_ON = r"and|or|but|i|im|my|with|from|born|aged?|since|because|und|et|y|ich|je|geb"
_SMALL = rf"(?!(?:not|just|so|very|an?|the)\b)[^\W\d_]+(?:[ ](?!(?:{_GOES_ON})\b)[^\W\d_]+)?"
#: What follows a street: "Flat 3, Brighton BN1 1NS".
_REST = (
    rf"(?:,?[ ]+(?:(?:flat|apt|apartment|unit|suite)\.?[ ]*\w+|{_CAPITAL}|\d{{4,5}}(?:-\d{{4}})?"
    r"|\d[A-Z]{2}\b)){0,6}"
)
#: A word that a sentence begins with is no first name if it is one of so many common ones.
COMMON = 5_000
#: Written with a capital, and no name.
_NO_NAMES = frozenset(
    {"id", "god", "christmas", "easter", "english", "german", "french", "spanish", "italian"}
    | {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
    | {"january", "february", "march", "april", "may", "june", "july"}
    | {"august", "september", "october", "november", "december"}
)


def _any(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _rules() -> Iterator[Rule]:
    """What is taken out, what is longer before what is part of it."""
    cues = tomllib.loads(Path(__file__).with_name("cues.toml").read_text("utf-8"))
    cue = {name: f"(?:{'|'.join(words)})" for name, words in cues.items()}
    yield from _addresses_on_the_net()
    yield from _dates(cue)
    called = r"(?:[ ]+(?:no|nr|number|nummer|num[eé]ro|id|code|is|ist|est|es))*\.?[ :#,]+"
    code = r"(?=[\w-]*\d)[\w-]+(?:[ -](?:[\d-]{2,}|(?-i:[A-Z]{2,3})\b))*"
    yield _any(rf"\b({cue['register']}{called}){code}"), r"\1[number]"
    yield from _homes(cue)
    # Letters among three digits or more are no word; "1000mg" is.
    mixed = r"(?!\d+[a-z]{1,3}\b)(?=(?:[a-z-]*\d){3})(?=[\d-]*[a-z])(?=[\w-]{6,})"
    yield _any(rf"(?<![\w-]){mixed}[^\W_]+(?:-[^\W_]+)*"), "[number]"
    yield from _names(cue)


def _addresses_on_the_net() -> Iterator[Rule]:
    yield _any(r"\b(?:https?://|www\.)\S+|\b(?!t\.me)[\w-]+(?:\.[\w-]+)+/\S+"), "[link]"
    dot, at = (
        r"[ ]?[(\[{](?:dot|punkt|point|punto)[)\]}][ ]?|[ ]dot[ ]",
        r"[ ]?[(\[{](?:at|ät)[)\]}][ ]?",
    )
    name = rf"(?<![\w.+-])[\w.+-]++(?:(?:{dot})[\w-]++)*+"
    yield (
        _any(rf"{name}(?:@|[ ]@[ ]|{at}|[ ]at[ ](?=[\w-]+(?:{dot})))[\w-]+(?:(?:\.|{dot})[\w-]+)+"),
        "[e-mail]",
    )
    yield _any(r"(?<![\w@])@\w{3,}|\bt\.me/\w+|\b[^\W_]+_\w+"), "[handle]"


def _dates(cue: dict[str, str]) -> Iterator[Rule]:
    month, year = rf"{cue['month']}[a-zäéû]*\.?", r"(?:19|20)\d\d\b"
    day = r"\d{1,2}(?:st|nd|rd|th|\.|er)?"
    yield _any(rf"\b{day}[ ]+(?:de[ ]+|of[ ]+)?{month},?(?:[ ]+de)?[ ]+{year}"), "[date]"
    yield _any(rf"\b{month}[ ]+{day},?[ ]+{year}"), "[date]"
    yield _any(r"\b\d{1,2}[./-][ ]?\d{1,2}[./-][ ]?(?:19|20)?\d\d\b"), "[date]"
    yield _any(r"\b(?:19|20)\d\d-\d\d?-\d\d?\b"), "[date]"
    when = rf"{day}[ ]{month}|\d\d?/{year}|(?:1[89]|20|['\u2019])?\d\d(?![\d./-])"
    yield _any(rf"\b({cue['birth']}[ :]+)(?:{when})"), r"\1[date]"


def _homes(cue: dict[str, str]) -> Iterator[Rule]:
    number = r"\d+[ ]?(?:bis|ter|[a-z])?,?[ ]"
    yield _any(rf"(?<!\w)({cue['home']}[ ]+){number}(?:[^.?!\n]|\.(?=[,\w]))+"), r"\1[address]"
    yield _any(rf"\b{number}(?:{_CAPITAL}[ ]){{1,3}}{cue['street']}\b\.?{_REST}"), "[address]"
    german = r"(?-i:[A-ZÄÖÜ][\w-]*(?:straße|strasse|str\.|weg|platz|gasse|allee|ring|markt))"
    yield _any(rf"\b(?:(?:in|an|am) (?:der |alten )?)?{german}[ ]?\d+[a-z]?{_REST}"), "[address]"
    small = r"(?:d[eu][ ]|des[ ]|del[ ]|las?[ ]|l['\u2019])*"
    several = rf"{small}{_CAPITAL}(?:[ ]{_CAPITAL})*"
    french = r"(?:rue|avenue|boulevard|place|chemin|impasse|quai)"
    yield _any(rf"\b{number}{french}[ ]{several}{_REST}"), "[address]"
    spanish = r"(?:calle|avenida|plaza|paseo|via)"
    yield _any(rf"\b{spanish}[ ]{several},?[ ]\d+{_REST}"), "[address]"
    yield (
        _any(r"\b[a-z]{1,2}\d[a-z\d]?[ ]\d[a-z]{2}\b|\b(?:p\.?o\.? ?box|postfach)[ ]\d+"),
        "[address]",
    )
    american = r"(?-i:[A-Z]{2})[ ]\d{5}(?:-\d{4})?(?!\d)"
    yield _any(rf"\b(?:{american}|\d{{5}}[ ](?!(?:mg|ml|km|m|g|kg)\b){_CAPITAL})"), "[address]"
    small = rf"(?!(?:an?|the|is|was)\b)[a-z]+(?:[ ](?!(?:{_GOES_ON}|so|where)\b)[a-z]+){{0,2}}"
    place = f"(?:{_NAME}|{small})"
    yield _any(rf"(?<!\w)({cue['home']}[ ]+){place}(?:,[ ]*(?:{_NAME}|[a-z]+\b))?"), r"\1[address]"


def _names(cue: dict[str, str]) -> Iterator[Rule]:
    title = rf"{cue['title']}\.?"
    yield _any(rf"(?<!\w)({cue['introduction']}[ ]*)(?:{_NAME}|{_SMALL})"), r"\1[name]"
    yield _any(rf"(?<!\w)({cue['perhaps']}[ :]+){_NAME}"), r"\1[name]"
    yield _any(rf"\b({title}[ ]+)(?:{title}[ ]+)*{_NAME}"), r"\1[name]"
    is_ = r"(?:[ ]+(?:is|ist|est|es|called|named))*,?[ ]+[(]?"
    yield _any(rf"\b({cue['relation']}{is_})(?:{title}[ ]+)*{_NAME}"), r"\1[name]"
    yield (
        _any(rf"\b({cue['closing']}[ ,!.:;\n-]+)(?:from[ ])?{_NAME}(?=[ .!]*(?:\n|$))"),
        r"\1[name]",
    )
    yield _any(rf"(?:^|(?<=\n))({cue['greeting']}[ ]+){_NAME}(?=[ ]*[,!:\n]|$)"), r"\1[name]"


_RULES = tuple(_rules())
_WITHIN = re.compile(rf"(?<=[\w,;:)(\]] )(?!\[){_CAPITAL}(?:[ ]{_CAPITAL})*|(?<=\(){_CAPITAL}")
_BEFORE_NAME = re.compile(rf"(?:^|(?<=[.!?\n] ))({_CAPITAL}) \[name\]", re.MULTILINE)
_TWICE = re.compile(r"(\[[a-z-]+\])(?:[ ,.]+\1)+")


def redacted(text: str) -> str:
    """A text without e-mail addresses, numbers, dates, addresses, handles and announced names."""
    for pattern, word in _RULES:
        text = pattern.sub(word, text)
    return _TWICE.sub(r"\1", mask(text))


def redacted_question(text: str, known: Collection[str]) -> str:
    """What somebody asks, without personal details; in English, where only names have capitals.

    `known` are words that are no names, such as those of the content.
    """

    def is_name(word: str) -> bool:
        tokens = [t if t in known else t.removesuffix("s") for t in tokenise(word)]
        return not (word.isupper() or all(t in known or t in _NO_NAMES for t in tokens))

    def name(found: re.Match[str]) -> str:
        return "[name]" if any(map(is_name, found[0].split())) else found[0]

    def first(found: re.Match[str]) -> str:
        word = found[1].lower()
        return found[0] if word in known or word in english().common[:COMMON] else "[name]"

    named = _WITHIN.sub(name, redacted(text))
    return _TWICE.sub(r"\1", _BEFORE_NAME.sub(first, named))
