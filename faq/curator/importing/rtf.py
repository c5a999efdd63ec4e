"""RTF as blocks: paragraphs, which of them are bold, items of lists, links.

No library keeps what is bold in an RTF, and bold is how these files mark their questions.
"""

from __future__ import annotations

import codecs
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from faq.curator.importing.blocks import Block, Kind
from faq.curator.importing.html import linked
from faq.markup import quoted
from faq.model import FAQError

_TOKEN = re.compile(
    r"\\'(?P<byte>[0-9a-fA-F]{2})|\\(?P<word>[a-z]{1,32})(?P<number>-?\d{1,10})? ?"
    r"|\\(?P<sign>[^a-z])|(?P<brace>[{}])|[\r\n]+|(?P<text>[^\\{}\r\n]+)",
    re.IGNORECASE,
)
#: Groups that hold no text of the document.
_UNREAD = frozenset(
    (
        *("fonttbl", "colortbl", "stylesheet", "listtable", "listoverridetable", "info", "pict"),
        *("header", "footer", "headerl", "headerr", "headerf", "footerl", "footerr", "footerf"),
        *("generator", "themedata", "datastore", "xmlnstbl", "rsidtbl", "object", "pn"),
        *("latentstyles", "footnote", "annotation", "bkmkstart", "bkmkend"),
    )
)
_SIGNS = {
    **{"par": "\n", "line": "\v", "tab": " ", "emdash": "—", "endash": "–", "bullet": "•"},
    **{"lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "emspace": " "},
    **{"enspace": " ", "cell": " | ", "row": "\n", "sect": "\n", "page": "\n"},
}
#: Words and braces of an RTF, and groups in each other: more is no document.
MOST_SIGNS, DEEPEST = 1_000_000, 500
_BINARY = re.compile(r"(?<!\\)(?:\\\\)*+(?P<word>\\bin)(?P<number>\d{1,10}) ?")
_BULLETS = re.compile(r"^\W*$")


@dataclass(frozen=True, slots=True)
class _State:
    """What holds in a group: bold or not, read or not, the link its words lead to."""

    bold: bool = False
    read: bool = True
    marks: bool = False  # the sign or number before an item
    field: bool = False  # what a field does: its address
    skip: int = 1  # signs that stand for one \u, where that is not understood


@dataclass(slots=True)
class _Line:
    """A paragraph while it is read: its runs with their weights, the sign before it."""

    runs: list[tuple[str, bool]] = field(default_factory=list)
    marker: str = ""
    level: int = 0


def rtf_blocks(text: str) -> list[Block]:
    """The paragraphs, items and rows of an RTF in their order.

    Raises FAQError where it is longer or deeper than what people write.
    """
    text = _without_binary(text)
    if sum(map(text.count, "\\{}")) > MOST_SIGNS:
        raise FAQError("more than a FAQ can be. Split it, or save it as .docx.")
    return [block for line in _Reader(text).lines() for block in _blocks(line)]


def _without_binary(text: str) -> str:
    """An RTF without the pictures and objects that stand in it as they are: \\bin5 and 5 signs."""
    parts, at = [], 0
    while found := _BINARY.search(text, at):
        parts.append(text[at : found.start("word")])
        at = found.end() + int(found["number"])
    return "".join([*parts, text[at:]])


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        codepage = re.search(r"\\ansicpg(\d+)", text[:400])
        self.encoding = _known(f"cp{codepage[1]}") if codepage else "cp1252"
        self.stack: list[_State] = []
        self.state = _State()
        self.line = _Line()
        self.address = ""
        #: Of the links that are open: how deep their groups lie, the address, the first run.
        self.links: list[tuple[int, str, int]] = []
        self.half = b""  # of an emoji
        self.owed = 0  # signs that repeat the last \u for who does not know it

    def lines(self) -> Iterator[_Line]:
        """The paragraphs."""
        for token in _TOKEN.finditer(self.text):
            shown = self._shown(token)
            if not shown or not self.state.read:
                continue
            if self.state.field:
                told = re.search(r'HYPERLINK\s+"?([^"\s]+)', shown)
                self.address = told[1] if told else self.address
            elif self.state.marks:
                self.line.marker += shown.strip()
            elif shown == "\n":
                yield self.line
                self.line = _Line()
                self.links = [(depth, url, 0) for depth, url, _ in self.links]
            else:
                run = quoted(shown).replace("\v", "\n")
                self.line.runs.append((run, self.state.bold))
        yield self.line

    def _shown(self, token: re.Match[str]) -> str:
        """What a token shows; a word or a brace changes what holds."""
        if token["brace"]:
            self._group(token["brace"])
        elif token["word"]:
            return self._word(token["word"], token["number"])
        elif token["sign"] == "*":
            self.state = replace(self.state, read=False)
        elif token["sign"]:
            signs = {"~": " ", "_": "-", "\n": "\n", "\r": "\n", "\\": "\\", "{": "{", "}": "}"}
            return signs.get(token["sign"], "")
        elif token["byte"] and self.owed:
            self.owed -= 1
        elif token["byte"]:
            return bytes.fromhex(token["byte"]).decode(self.encoding, "replace")
        elif text := token["text"]:
            skipped, self.owed = min(self.owed, len(text)), max(0, self.owed - len(text))
            return str(text[skipped:])
        return ""

    def _group(self, brace: str) -> None:
        if brace == "{":
            if len(self.stack) >= DEEPEST:
                raise FAQError("nested too deeply. Save it as .docx.")
            self.stack.append(self.state)
            return
        self.state = self.stack.pop() if self.stack else self.state
        runs = self.line.runs
        while self.links and len(self.stack) < self.links[-1][0]:
            _, url, at = self.links.pop()
            words = "".join(run for run, _ in runs[at:])
            runs[at:] = [(linked(words, url), False)] if words.strip() else []

    def _sign(self, code: int) -> str:
        """A sign by its number in UTF-16, where an emoji is two: none for the first half."""
        whole = (self.half + struct.pack("<H", code)).decode("utf-16-le", "surrogatepass")
        self.half = struct.pack("<H", code) if 0xD800 <= code < 0xDC00 else b""
        return "" if self.half else whole[-1]

    def _word(self, word: str, number: str | None) -> str:
        """A word of RTF: a sign it stands for, or a change of what holds."""
        if word == "u" and number:
            self.owed = self.state.skip
            return self._sign(int(number) % 65536)
        if word in _UNREAD:
            self.state = replace(self.state, read=False)
        elif word == "fldinst":
            self.state = replace(self.state, read=True, field=True)
        elif word in {"listtext", "pntext"}:
            self.state = replace(self.state, read=True, marks=True)
        elif word == "fldrslt":
            if self.address:
                self.links.append((len(self.stack), self.address, len(self.line.runs)))
            self.state, self.address = replace(self.state, read=True), ""
        elif word in {"b", "plain"}:
            self.state = replace(self.state, bold=word == "b" and number != "0")
        elif word == "uc":
            self.state = replace(self.state, skip=int(number or 1))
        elif word == "outlinelevel":
            self.line.level = int(number or 0) + 1
        return _SIGNS.get(word, "")


def _known(encoding: str) -> str:
    """An encoding, or the usual one where there is none of that name."""
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return "cp1252"


def _blocks(line: _Line) -> Iterator[Block]:
    told = "".join(run for run, _ in line.runs).strip(" |")
    if not re.sub(r"\W", "", told):
        return
    strong = all(bold for run, bold in line.runs if re.sub(r"\W", "", run))
    merged: list[tuple[str, bool]] = []
    for run, bold in line.runs:
        if merged and merged[-1][1] == bold:
            merged[-1] = (merged[-1][0] + run, bold)
        else:
            merged.append((run, bold))
    text = told if strong else "".join(map(_weighed, merged)).strip(" |")
    if " | " in told:
        yield Block(Kind.ROW, text)
    elif line.level:
        yield Block(Kind.HEADING, told, level=min(line.level, 6))
    elif line.marker:
        marker = "-" if _BULLETS.match(line.marker) else line.marker
        yield Block(Kind.ITEM, text, 1, strong, "", marker)
    else:
        yield Block(Kind.PARAGRAPH, text, 0, strong)


def _weighed(run: tuple[str, bool]) -> str:
    text, bold = run
    words = text.strip()
    if not bold or not re.sub(r"\W", "", words) or "\n" in words:
        return text
    return text.replace(words, f"**{words}**", 1)
