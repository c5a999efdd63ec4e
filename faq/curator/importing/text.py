"""Plain text as blocks, and texts of any encoding."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from faq.curator.importing.asking import in_capitals
from faq.curator.importing.blocks import Block, Kind
from faq.curator.importing.text_tables import FEWEST_DRAWN, drawn_rows, is_drawn
from faq.markup import quoted
from faq.model import FAQError

LONGEST_HEADING = 80
#: A line that names what is indented below is no longer, and so many at least do.
LONGEST_NAME, FEWEST_NAMES = 60, 3
#: A line that reaches a margin is longer than the one, and hardly ever than the other.
NARROWEST, WIDEST = 50, 100
#: Lines below a letter.
LONGEST_SIGNATURE = 12
#: Lines below the last rule across a page.
LONGEST_FOOT = 3
_RULE = re.compile(r"^\s*(?:[=\-_*~#+.·•]\s?){3,}\s*$")
_ITEM = re.compile(
    r"^(\s*)([•●▪■◦‣►✓✔*+–—-]|\(?\d{1,3}[.)]|\d{1,3}(?:\.\d{1,3})+\.?|\(?[a-z][.)])\s+(?=\S)"
)
#: What only commands and programs write: options, assignments, calls, paths.
_CODE = re.compile(
    r"^[$>%]\s|(?:^|\s)--?[a-z]|[;{}\\`]|\w=|=\w|==|\w\(\w*\)|::|(?:^|\s)[./~]*/\w|\w_\w"
    r"|^(?:sudo|cd|git|pip|npm|docker|ssh|curl|systemctl|apt|brew|python3?|SELECT|import)\s"
)
#: What a mail puts before lines of the one it answers.
_QUOTED = re.compile(r"\s*(?:>\s?)+")
_ENDS = (".", "!", ":", ";", ",", "…", "”", '"', "?")
_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)


def decoded(content: bytes, name: str) -> str:
    """A file's text: by its mark, as declared, as UTF-8, or as its letters tell."""
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    declared = _DECLARED.search(content[:2048])
    for encoding in (declared[1].decode("ascii") if declared else "", "utf-8"):
        try:
            return content.decode("cp1252" if encoding.lower() == "iso-8859-1" else encoding)
        except (LookupError, UnicodeDecodeError):
            continue
    from charset_normalizer import from_bytes  # noqa: PLC0415 - optional: the extra `curator`

    best = from_bytes(content[:200_000]).best()
    if best is None or b"\x00" in content[:2048]:
        raise FAQError(f"{name}: no text in it that can be read. Save it as UTF-8.")
    return content.decode(best.encoding, errors="replace")


_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200e\u200f\ufeff\u2060"))


def visible(text: str) -> str:
    """A text without what nobody sees: control characters, soft hyphens, empty spaces."""
    shown = (c for c in text if c.isspace() or unicodedata.category(c) not in {"Cc", "Cs", "Co"})
    return "".join(shown).translate(_UNSEEN).replace("\xa0", " ")


def plain_blocks(text: str) -> Iterator[Block]:
    """Paragraphs lie between empty lines; a heading is underlined, or short and alone."""
    blocks = _blocks(text)
    return blocks if is_wrapped(text) else (_unwrapped(block) for block in blocks)


#: A heading as Jira and Confluence write it.
_WIKI_HEADING = re.compile(r"^h(?P<level>[1-6])\.[ \t]+(?P<name>\S.*)$", re.MULTILINE)


def _without_running(text: str) -> str:
    """A text of several pages without the lines that come again at their edges, counted or not."""
    pages = [page.strip("\n").split("\n") for page in text.split("\f") if page.strip()]
    edges = Counter(_shape(line) for page in pages for line in {page[0], page[-1]})
    often = {line for line, times in edges.items() if times >= max(2, len(pages) / 2)}
    told = (line for page in pages for line in page if _shape(line) not in often)
    return "\n".join(told) if len(pages) > 1 else text


def _shape(line: str) -> str:
    return re.sub(r"\d+", "0", line).strip()


def is_wrapped(text: str) -> bool:
    """Whether a text's lines are cut at a margin: most long ones are as long as each other."""
    full = sorted(len(line) for line in text.splitlines() if len(line) > NARROWEST)
    widest = full[9 * len(full) // 10] if full else 0
    return widest <= WIDEST and sum(length > 0.75 * widest for length in full) >= len(full) / 2


def _unwrapped(block: Block) -> Block:
    return replace(block, style="") if block.style == "wrapped" else block


def _blocks(text: str) -> Iterator[Block]:
    text = _without_running(text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4))
    if len(_WIKI_HEADING.findall(text)) > 1:
        text = _WIKI_HEADING.sub(lambda m: f"\n{'#' * int(m['level'])} {m['name']}\n", text)
    lines = text.split("\n")
    lines = [re.sub(r"^Subject:\s*(?=\S)", "## ", line) for line in lines]  # of a digest
    lines = _unsigned(lines)
    for drawn, part in groupby(enumerate(lines, 1), lambda each: is_drawn(each[1])):
        numbered = list(part)
        if drawn and len(numbered) >= FEWEST_DRAWN:
            yield from drawn_rows(numbered)
        else:
            yield from _written([line for _, line in numbered], numbered[0][0])


def _written(lines: list[str], first: int) -> Iterator[Block]:
    """Lines outside of tables; `first` is the number of the first."""
    names = _outdented(lines)
    start, gathered = first, list[str]()
    for number, line in enumerate([*lines, ""], first):
        if gathered and {number - first + 1, number - first} & names:
            yield from _paragraph(gathered, start, underlined=False)
            gathered = []
        if gathered and _times_quoted(line) != _times_quoted(gathered[-1]):
            yield from _paragraph(gathered, start, underlined=False)
            gathered = []
        if line.strip(" >") and not _breaks(line, gathered):
            start = number if not gathered else start
            gathered.append(line)
            continue
        if gathered:
            above = gathered[-1].strip()
            longest = len(above) + 10  # a longer line of signs parts what is above and below
            underlined = 0 < len(line.strip()) <= longest and not above.endswith(".")
            yield from _paragraph(gathered, start, underlined=underlined)
        gathered = []


def _outdented(lines: list[str]) -> set[int]:
    """The numbers of lines that name what is indented below, where most of a text is written so."""
    left = [n for n, line in enumerate(lines, 1) if line.strip() and not line[0].isspace()]
    found = {
        n
        for n in left
        if n < len(lines) and len(lines[n - 1]) <= LONGEST_NAME and is_heading(lines[n - 1])
        if re.match(r"\s+[^\Wa-z]", lines[n]) and not _ITEM.match(lines[n - 1])
    }
    return found if len(found) >= max(FEWEST_NAMES, 0.6 * len(left)) else set()


def _unsigned(lines: list[str]) -> list[str]:
    """The lines of a letter without its signature, which two dashes begin (RFC 3676).

    Where two dashes stand elsewhere, they part a text as empty lines do.
    """
    rules = [n for n, line in enumerate(lines) if _RULE.match(line) and len(line.strip()) >= 30]
    below = [line for line in lines[rules[-1] + 1 :] if line.strip()] if rules else []
    if len(rules) > 1 and 0 < len(below) <= LONGEST_FOOT and not any("?" in x for x in below):
        lines = lines[: rules[-1]]  # the address at the foot of a page
    dashes = [n for n, line in enumerate(lines) if line.rstrip() == "--"]
    if len(dashes) != 1 or len(lines) - dashes[0] > LONGEST_SIGNATURE:
        return ["" if line.strip() == "--" else line for line in lines]  # they part a text
    return lines[: dashes[0]]


def _breaks(line: str, gathered: list[str]) -> bool:
    """A line of signs ends a paragraph; under a single line it makes it a heading."""
    return bool(_RULE.match(line))


def _times_quoted(line: str) -> int:
    """How many mails ago a line was written that a mail repeats; 0 if it repeats none."""
    match = _QUOTED.match(line)
    return match[0].count(">") if match else 0


def _paragraph(lines: list[str], start: int, *, underlined: bool) -> Iterator[Block]:
    if _times_quoted(lines[0]):
        said = "\n".join(_QUOTED.sub("", line).strip() for line in lines)
        yield Block(Kind.PARAGRAPH, quoted(said), style="quoted", line=start)
        return
    first = lines[0].strip()
    if underlined and len(lines) == 1 and len(first) <= LONGEST_HEADING + 40:
        yield Block(Kind.HEADING, quoted(first), level=2, line=start)
        return
    if len(lines) == 1 and (hashes := re.match(r"^(#{1,6})\s*(\S.*?)\s*#*$", first)):
        yield Block(Kind.HEADING, quoted(hashes[2]), level=len(hashes[1]), line=start)
        return
    if len(lines) == 1 and is_heading(first):
        # It may as well be a short answer: only what stands below it can tell.
        level = 2 if in_capitals(first) else 0
        kind = Kind.HEADING if level else Kind.PARAGRAPH
        yield Block(kind, quoted(first), level, style="" if level else "heading?", line=start)
        return
    if len(lines) > 1 and in_capitals(first) and is_heading(first) and not lines[1].isupper():
        yield Block(Kind.HEADING, quoted(first), level=2, line=start)
        lines, start = lines[1:], start + 1
    yield from _body(lines, start)


def is_heading(text: str) -> bool:
    """Whether a line that stands alone may be one: short, no sentence and no code."""
    if _CODE.search(text):
        return False
    short = len(text) <= LONGEST_HEADING and any(map(str.isalpha, text))
    item = _ITEM.match(text)
    return short and not text.endswith(_ENDS) and not (item and not item[2][:1].isdigit())


def _body(lines: list[str], start: int) -> Iterator[Block]:
    """Lines as a paragraph, and those that begin with a sign or number as items."""
    indent = min(len(line) - len(line.lstrip()) for line in lines)
    if sum(bool(_ITEM.match(line)) for line in lines) < 2 and not _ITEM.match(lines[0]):
        text = "\n".join(line[indent:].rstrip() for line in lines)
        yield Block(Kind.PARAGRAPH, quoted(text), style="wrapped", line=start)
        return
    gathered: list[str] = []
    item: re.Match[str] | None = None
    at = start
    for number, line in enumerate(lines, start):
        match = _ITEM.match(line)
        if match and gathered:
            yield _listed(gathered, item, at)
        if match:
            gathered, item, at = [line[match.end() :].strip()], match, number
        else:
            gathered.append(line.strip())
    if gathered:
        yield _listed(gathered, item, at)


def _listed(lines: list[str], item: re.Match[str] | None, line: int) -> Block:
    text = quoted("\n".join(lines))
    if item is None:
        return Block(Kind.PARAGRAPH, text, style="wrapped", line=line)
    marker = item[2].strip("(") if item[2][-1] in ".)" else "-"
    level = 1 + len(item[1]) // 2
    return Block(Kind.ITEM, text, level, marker=marker, style="wrapped", line=line)
