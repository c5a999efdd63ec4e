"""What a person did to a TOML file that does not read any more, and how to mend it.

A parser stops at the first sign it cannot take and speaks of that sign. Here the lines are looked
over for what people do: quotes that a word processor bent, a comma forgotten, a list not closed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

from faq.fields import ENTRY_FIELDS, OWN_TEXTS

#: Keys and names of tables that content files have.
KEYS = "|".join([*(field.key for field in ENTRY_FIELDS), *OWN_TEXTS]) + (
    "|all|unless|text|section|reviewed|file|caption|title|language|topics|examples|contact|term"
    "|spellings|zone|open|closed"
)
TABLES = "entry|passage|note|picture|term"
_CURLY = "“”„‟«»‘’‚‛″′`´"
_MERGE = re.compile(r"^(?:<{7}|={7}|>{7}|\|{7})(?:\s|$)")
_SINGLE = re.compile(rf"^\s*\[\s*(?P<name>{TABLES}|entry\.trigger)\s*\]\s*(?:#.*)?$")
_BRACKETS = re.compile(r"^\s*(?:\[\[[^\[\]]*\]?|\[[^\[\]]+\]\])\s*(?:#.*)?$")
_COLON = re.compile(rf"^\s*\"?(?P<key>{KEYS})\"?\s*:\s*\S", re.IGNORECASE)
_NO_SIGN = re.compile(rf"^\s*(?P<key>{KEYS})\s+[\"'\[{_CURLY}]", re.IGNORECASE)
_KEY = re.compile(r"^\s*(?P<key>[A-Za-z0-9_-]+)\s*=\s*(?P<value>.*?)\s*$")
_VALUE = re.compile(r"[\"'\[{0-9+-]|true\b|false\b|inf\b|nan\b")
_DATE = re.compile(r"^\d{1,4}[./-]\d{1,2}[./-]\d{2,4}\.?$")
_RIGHT_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}(?:[T ].*)?$")
_HEADER = re.compile(r"^\s*\[{1,2}[\w.\s]+\]{1,2}\s*(?:#.*)?$")
_BULLET = re.compile(r"^\s*(?P<sign>[•●▪◦‣·–—*-])\s*(?=\S)")
_ITEM = re.compile(r"^\s*(?P<quote>[\"']).*(?P=quote)\s*(?P<comma>,?)\s*(?:#.*)?$")


@dataclass(frozen=True, slots=True)
class Fault:
    """A line, what was done there, the cure."""

    line: int
    rule: str
    text: str
    cure: str


def faults(text: str, error: tomllib.TOMLDecodeError) -> list[Fault]:
    """What is wrong with a file that a parser gave up on; at least one fault."""
    if text.lstrip().startswith("{\\rtf"):
        cure = "Open it and save it as plain text, in UTF-8."
        return [Fault(1, "rich-text", "was saved as rich text", cure)]
    by_line: dict[int, Fault] = {}
    for fault in sorted(_Lines(text).faults(), key=lambda fault: fault.line):
        by_line.setdefault(fault.line, fault)
    return list(by_line.values()) or [_as_told(text, error)]


def _as_told(text: str, error: tomllib.TOMLDecodeError) -> Fault:
    at = re.search(r"\(at line (\d+), column \d+\)", str(error))
    line = int(at[1]) if at else len(text.splitlines())
    what = re.sub(r"\s*\(at .*\)$", "", str(error))
    cure = "Compare the line, and the one above, with another entry."
    return Fault(line, "not-toml", f"this line cannot be read ({what})", cure)


class _Lines:
    """Goes through a file's lines, knowing where a list or a long text is open."""

    def __init__(self, text: str) -> None:
        self.lines = text.splitlines()
        self.list_from = 0
        self.long_from, self.long_quote = 0, ""
        self.keys: dict[str, int] = {}

    def faults(self) -> Iterator[Fault]:
        """All that is found, in any order."""
        for number, line in enumerate(self.lines, 1):
            if self.long_quote:
                if self.long_quote in line:
                    self.long_quote = ""
                elif _HEADER.match(line) and line.strip().startswith("[["):
                    yield self._long_open()
                    self.long_quote = ""
                continue
            yield from self._line(number, line)
        if self.long_quote:
            yield self._long_open()
        if self.list_from:
            yield self._list_open()

    def _long_open(self) -> Fault:
        return Fault(
            self.long_from,
            "long-text-open",
            f"the text that begins here with {self.long_quote} has no end",
            f"Put {self.long_quote} behind its last word.",
        )

    def _list_open(self) -> Fault:
        begun, self.list_from = self.list_from, 0
        cure = "Put ] on a line below its last text."
        return Fault(begun, "list-open", "the list that begins here is not closed", cure)

    def _line(self, number: int, line: str) -> Iterator[Fault]:
        stripped = line.strip()
        if _MERGE.match(line):
            text = "a mark that was left when two versions were merged"
            cure = "Keep one of the two versions, and delete the lines of <, = and >."
            yield Fault(number, "merge-mark", text, cure)
        elif not stripped or stripped.startswith("#"):
            return
        elif re.match(r"^\s*(?://|--|;|/\*|<!--)", line):
            yield Fault(number, "comment", "a comment begins with #", "Put # before it.")
        elif "\u00a0" in _outside(line) or re.search("[\u2000-\u200b\u3000\ufeff]", _outside(line)):
            text = "a space that a web page or Word brought along"
            yield Fault(number, "odd-space", text, "Delete the spaces and type them anew.")
        elif self.list_from and not _HEADER.match(line) and not _begins_key(line):
            yield from self._item(number, line)
        else:
            if self.list_from:
                yield self._list_open()
            yield from self._header_or_key(number, line)

    def _header_or_key(self, number: int, line: str) -> Iterator[Fault]:
        if single := _SINGLE.match(line):
            name = single["name"]
            yield Fault(
                number, "one-bracket", f"[{name}] has one bracket", f"Write [[{name}]] with two."
            )
            self.keys = {}
        elif _HEADER.match(line) and line.count("[") == line.count("]"):
            self.keys = {}
        elif _BRACKETS.match(line):
            text, cure = "a bracket is missing", f"Write [[{line.strip(' []')}]]."
            yield Fault(number, "bracket", text, cure)
            self.keys = {}
        elif colon := _COLON.match(line):
            cure = f"Write {colon['key']} = and the text in quotes."
            yield Fault(number, "colon", f"{colon['key']} is followed by a colon", cure)
        elif unsigned := _NO_SIGN.match(line):
            cure = f"Write {unsigned['key']} = before the text."
            yield Fault(number, "no-sign", f"there is no = behind {unsigned['key']}", cure)
        elif match := _KEY.match(line):
            yield from self._key(number, match["key"], match["value"])
        elif _BULLET.match(line):
            cure = "Delete the sign; texts of a list stand between [ and ], in quotes."
            yield Fault(number, "bullet", "a list's sign stands before the text", cure)
        elif re.match(r"^\s*[^\W\d_]", line) or line.strip()[:1] in f"{_CURLY}\"'":
            text = "a text that belongs to no key"
            cure = 'A text of several lines stands between """ and """. Join it to the line above.'
            yield Fault(number, "stray-text", text, cure)

    def _key(self, number: int, key: str, value: str) -> Iterator[Fault]:
        if key in self.keys:
            text = f"{key} stands twice in one entry; first in line {self.keys[key]}"
            yield Fault(number, "key-twice", text, "Delete one, or begin a new [[entry]] above.")
        self.keys[key] = number
        if value.startswith("["):
            yield from self._list(number, key, value)
        elif not value or value.startswith("#"):
            yield Fault(number, "no-value", f"{key} has no value", "Write it, or delete the line.")
        else:
            yield from self._single(number, key, value)

    def _single(self, number: int, key: str, value: str) -> Iterator[Fault]:
        bare = value.split("#", maxsplit=1)[0].strip()
        if value[0] in _CURLY:
            yield _curly(number)
        elif _DATE.match(bare) and not _RIGHT_DATE.match(bare):
            cure = "Write year, month and day: 2026-01-31."
            yield Fault(number, "date", f"{bare} is not how a date is written here", cure)
        elif bare.lower() in {"true", "false", "yes", "no", "on", "off"}:
            wanted = "true" if bare.lower() in {"true", "yes", "on"} else "false"
            if bare != wanted:
                text = f"{bare} is not how yes and no are written here"
                yield Fault(number, "flag", text, f"Write {wanted}.")
        elif not _VALUE.match(value) or (value[0] in "0123456789+-" and not _is_value(bare)):
            text = f"the text of {key} stands without quotes"
            yield Fault(number, "no-quotes", text, f'Write {key} = "{bare[:40]}".')
        else:
            yield from self._text(number, value)

    def _text(self, number: int, value: str) -> Iterator[Fault]:
        """A text in quotes."""
        for quote in ('"""', "'''"):
            if value.startswith(quote):
                if quote not in value[3:]:
                    self.long_from, self.long_quote = number, quote
                return
        if _is_value(value):
            return
        yield _quotes(number, value)

    def _list(self, number: int, key: str, value: str) -> Iterator[Fault]:
        if not _is_closed(value):
            self.list_from = number
            rest = value[1:].strip()
            if rest and not rest.startswith("#"):
                yield from self._item(number, rest)
        elif not _is_value(value):
            cure = 'Write each text in quotes: ["one", "two"].'
            yield _in_list(number, value.strip("[] "), cure)

    def _item(self, number: int, line: str) -> Iterator[Fault]:
        stripped = re.sub(r"\s+#[^\"']*$", "", line).strip()
        if stripped.startswith("]"):
            self.list_from = 0
            return
        closes = stripped.endswith("]") and not _ITEM.match(line)
        body = stripped.rstrip("]").strip() if closes else stripped
        fault = self._fault_of(number, body)
        if closes:
            self.list_from = 0
        elif fault is None and not body.rstrip().endswith((",", "[")) and self._goes_on(number):
            cure = "Put a comma behind the text."
            fault = Fault(number, "no-comma", "a comma is missing at the end of the line", cure)
        if fault:
            yield fault

    def _fault_of(self, number: int, body: str) -> Fault | None:
        if not body or _is_value(f"[{body}]"):
            return None
        return _in_list(number, body, f'Write "{body.rstrip(",")[:40]}",')

    def _goes_on(self, number: int) -> bool:
        """Whether another text of the list follows."""
        said = (line for line in self.lines[number:] if re.match(r"\s*[^\s#]", line))
        line = next(said, "]")
        return not (line.strip().startswith("]") or _HEADER.match(line) or _begins_key(line))


def _begins_key(line: str) -> bool:
    return bool(re.match(rf"^\s*(?:{KEYS})\s*=", line))


def _curly(number: int) -> Fault:
    text = "the quotes are bent ones, as Word makes them"
    return Fault(number, "curly-quotes", text, 'Type straight ones: ".')


def _quotes(number: int, value: str) -> Fault:
    """What is wrong with a text that begins with a quote."""
    quote = value[0]
    inner = value[1:].rstrip()
    escape = re.search(r"\\(?![btnfr\"\\uU\s])", inner)
    if quote == '"' and escape and inner.endswith('"'):
        text = "a \\ means something special here"
        return Fault(number, "backslash", text, "Write \\\\ for each, or / instead.")
    if any(sign in inner[-2:] for sign in _CURLY) and quote not in inner:
        return _curly(number)
    if quote not in inner:
        text = f"the text has no {quote} at its end"
        cure = f'Put {quote} behind the last word; several lines stand between """ and """.'
        return Fault(number, "quote-open", text, cure)
    if quote == "'" and inner.count("'") > 1:
        cure = "Put the text in \" instead of '."
        return Fault(number, "apostrophe", "an apostrophe ends the text too early", cure)
    if quote == '"' and inner.count('"') > 1:
        cure = 'Write \\" for a quote within the text, or “ and ”.'
        return Fault(number, "quote-inside", "a quote within the text ends it too early", cure)
    text = "something stands behind the text's last quote"
    return Fault(number, "after-text", text, "Delete it, or move it before the quote.")


def _in_list(number: int, texts: str, cure: str) -> Fault:
    """What is wrong with texts of a list that do not read; `cure` is for those without quotes."""
    if texts.startswith(tuple(_CURLY)) or (set(texts) & {*_CURLY} and not set(texts) & {'"', "'"}):
        return _curly(number)
    if _BULLET.match(texts):
        cure = "Delete the sign, put the text in quotes and a comma behind it."
        return Fault(number, "bullet", "a list's sign stands before the text", cure)
    if re.search(r"[\"']\s*;\s*[\"']|;$", texts):
        return Fault(number, "semicolon", "a semicolon parts the texts", "Write a comma.")
    if re.search(r"([\"'])\s+\1|\"\s*\"(?!\")", texts) and texts.count('"') % 2 == 0:
        text = "a comma is missing between two texts"
        return Fault(number, "no-comma", text, "Put a comma between them.")
    if texts.startswith(('"', "'")):
        return _quotes(number, texts.rstrip(","))
    return Fault(number, "no-quotes", "a text of the list stands without quotes", cure)


def _is_value(value: str) -> bool:
    try:
        tomllib.loads(f"x = {value}")
    except tomllib.TOMLDecodeError:
        return False
    return True


def _is_closed(value: str) -> bool:
    """Whether a list that begins on a line ends there."""
    bare = re.sub(r"\"(?:\\.|[^\"\\])*\"|'[^']*'", "", value)
    bare = bare.split("#")[0]
    return bare.count("[") <= bare.count("]")


def _outside(line: str) -> str:
    """A line without its texts in quotes and its comment."""
    return re.sub(r"\"(?:\\.|[^\"\\])*\"|'[^']*'|#.*$", "", line)
