"""A page of HTML as blocks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

from bs4 import BeautifulSoup, Comment, Doctype
from bs4.element import NavigableString, Tag

from faq.curator.importing.asking import asks
from faq.curator.importing.blocks import CODE, LEADS_MORE, Block, Kind, joined
from faq.curator.importing.boilerplate import is_generic
from faq.curator.importing.cleaning import INLINE, clean
from faq.curator.importing.html_marks import is_contents_line, is_first, marks_question
from faq.markup import quoted

#: A table of so few rows with more paragraphs in a cell lays a page out.
MOST_LAID_OUT, MOST_IN_A_CELL = 2, 6
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_PERMALINK = re.compile(r"^[#¶§🔗\s]*$")
_BOLD_RULE = re.compile(r"\.([\w-]+)[^{}]*\{[^{}]*font-weight:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_BOLD_NAME = re.compile(r"(?i)(?:^|[-_])(?:(?:semi|extra)?bold(?:er)?|strong)$")
_BOLD = re.compile(r"font-weight:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_NOT_BOLD = re.compile(r"font-weight:\s*(?:normal|[1-4]00)", re.IGNORECASE)


def soup_of(text: str) -> BeautifulSoup:
    """A page, parsed."""
    return BeautifulSoup(text, "html.parser")


def title_of(soup: BeautifulSoup) -> str:
    """The page's title, without the site's name behind it; the site's where it only says "FAQ"."""
    named = soup.title.get_text() if soup.title else ""
    parts = [" ".join(part.split()) for part in re.split(r"\s[|–—·•»:]\s|\s-\s", named)]
    return next((part for part in parts if part and not is_generic(part)), parts[0])


def preformatted(soup: BeautifulSoup) -> str:
    """The text of a page that is but a text file in a frame; empty where it is a page."""
    framed = (e for e in soup("pre") if e.find(["b", "strong", *_HEADINGS]) is None)
    told = "\n".join(element.get_text() for element in framed)
    return told if len(told) > 0.7 * len(soup.get_text()) else ""


def blocks_of(soup: BeautifulSoup) -> list[Block]:
    """The blocks of a page; what is no content is left out."""
    return list(_Reader(soup).blocks())


def json_ld(soup: BeautifulSoup) -> list[Any]:
    """What a page says in JSON-LD."""
    found = []
    for script in soup("script", type=re.compile(r"application/ld\+json", re.IGNORECASE)):
        try:
            found.append(json.loads(script.string or "", strict=False))
        except (ValueError, RecursionError):
            continue
    return found


def markup_of(text: str) -> str:
    """A fragment of HTML as the text of an answer."""
    return joined(blocks_of(soup_of(text)))


class _Reader:
    def __init__(self, soup: BeautifulSoup) -> None:
        self.bold = {name for css in soup("style") for name in _BOLD_RULE.findall(css.get_text())}
        self.base = _base(soup)
        self.soup = soup
        clean(soup)

    def blocks(self) -> Iterator[Block]:
        body = self.soup.body or self.soup
        yield from self._block(body, ())

    def _block(self, element: Tag, path: tuple[int, ...]) -> Iterator[Block]:
        """The blocks in an element: runs of inline children are paragraphs of their own."""
        name = element.name
        if name == "table" and _is_data(element):
            yield from self._rows(element, path)
            return
        inner = (*path, id(element))
        run: list[Any] = []
        for child in element.children:
            if isinstance(child, NavigableString) or (
                isinstance(child, Tag) and child.name in INLINE and not _holds_block(child)
            ):
                run.append(child)
                continue
            if isinstance(child, Tag):
                yield from self._paragraphs(run, element, inner)
                run = []
                yield from self._block(child, inner)
        yield from self._paragraphs(run, element, inner)

    def _rows(self, table: Tag, path: tuple[int, ...]) -> Iterator[Block]:
        for row in table("tr"):
            cells = [self._cell(cell) for cell in row(["td", "th"])]
            if any(cells):
                yield Block(Kind.ROW, " | ".join(cells), path=(*path, id(table)))

    def _cell(self, cell: Tag) -> str:
        return re.sub(r"\n\s*", "\n", joined(list(self._block(cell, ()))))

    def _paragraphs(self, run: list[Any], element: Tag, path: tuple[int, ...]) -> Iterator[Block]:
        if not run or (element.name not in _HEADINGS and is_contents_line(run)):
            return
        if element.name == "pre":
            text = "".join(child.get_text() for child in run).strip("\n")
            if text.strip():
                yield Block(Kind.PARAGRAPH, quoted(text), style=CODE, path=path)
            return
        for line in re.split(r"\n[ \t]*\n\s*", self._inline(run)):
            text = _tidy(line)
            if re.sub(r"\W", "", text):
                yield self._as_block(text, run, element, path)

    def _as_block(self, text: str, run: list[Any], element: Tag, path: tuple[int, ...]) -> Block:
        holders = [element, *(p for p in element.parents if isinstance(p, Tag))]
        style = _style(holders[:3])
        plain, strong = _unbold(text)
        heading = next((p for p in holders[:3] if p.name in _HEADINGS), None)
        if marks_question(holders, run, text):
            return Block(Kind.TERM, plain, path=path, style=style)
        if heading is not None:
            return Block(Kind.HEADING, plain, level=_HEADINGS[heading.name], path=path)
        strong = strong or any(self._is_bold(p) for p in holders[:3])
        item = next((p for p in holders[:4] if p.name == "li"), None)
        if item is not None and is_first(item, run):
            parents = [p for p in item.parents if p.name in {"ul", "ol"}]
            marker = _marker(item, parents[0]) if parents else "-"
            depth = len(parents) + _indent(parents)
            style = style or (LEADS_MORE if _leads(item, run) else "")
            return Block(Kind.ITEM, plain, depth, strong, style, marker, path)
        return Block(Kind.PARAGRAPH, plain, 0, strong, style, "", path)

    def _is_bold(self, element: Tag) -> bool:
        styled = str(element.get("style") or "")
        named = set(element.get("class") or ())
        called = any(_BOLD_NAME.search(name) for name in named)
        return bool(_BOLD.search(styled)) or bool(named & self.bold) or called

    def _inline(self, children: Iterable[Any]) -> str:
        told = ""
        for child in children:
            piece = self._piece(child)
            apart = isinstance(child, Tag) and child.name == "span" and asks(told) and piece.strip()
            told += f"\n{piece}" if apart else piece  # a box of its own below a question
        return told

    def _piece(self, child: Any) -> str:
        if isinstance(child, NavigableString):
            special = isinstance(child, Comment | Doctype)
            return "" if special else quoted(re.sub(r"\s+", " ", str(child)))
        if not isinstance(child, Tag) or child.name in {"img", "picture"}:
            return ""
        return "\n" if child.name == "br" else self._element(child)

    def _element(self, child: Tag) -> str:
        inner = self._inline(child.children)
        bold = child.name in {"b", "strong"} and not _NOT_BOLD.search(str(child.get("style") or ""))
        if child.name == "a":
            return self._link(child, inner)
        if bold or self._is_bold(child):
            return _wrapped(inner, "**")
        return _wrapped(inner, "*") if child.name in {"i", "em"} else inner

    def _link(self, anchor: Tag, inner: str) -> str:
        words, address = inner.strip(), str(anchor.get("href") or "").strip()
        if _PERMALINK.match(words):
            return ""
        if address.startswith("https://www.google.com/url"):  # Google Docs counts the taps
            address = parse_qs(urlsplit(address).query).get("q", [address])[0]
        url = urljoin(self.base, address) if self.base else address
        if not urlsplit(url).scheme and anchor.find_parent([*_HEADINGS, "summary", "dt"]):
            return inner  # a question that leads to a page of its own
        return linked(inner, url)


def linked(words: str, url: str) -> str:
    """A link in our markup, the spaces around its words kept outside."""
    text = words.strip()
    before, after = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
    plain = text.replace("*", "").replace("[", "(").replace("]", ")").replace("\n", " ")
    url = url.replace(" ", "%20")
    if not text or url.startswith("#") or not url or url.lower().startswith("javascript:"):
        return words
    if not re.match(r"(?:https?://|mailto:)", url):
        return words if url.startswith("tel:") else f"{before}{text} ({url}){after}"
    if url.count("(") != url.count(")"):
        url = url.replace("(", "%28").replace(")", "%29")
    return f"{before}[{plain}]({url}){after}"


def _wrapped(inner: str, mark: str) -> str:
    """Each line of an inline piece in marks; spaces at its ends stay outside."""

    def one(line: str) -> str:
        text = line.strip()
        if not re.sub(r"\W", "", text) or text.startswith("*") or text.endswith("*"):
            return line
        before = line[: len(line) - len(line.lstrip())]
        return f"{before}{mark}{text}{mark}{line[len(line.rstrip()) :]}"

    return "\n".join(map(one, inner.split("\n")))


def _tidy(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split("\n"))
    joined = "\n".join(line for line in lines if line)
    return re.sub(r"(?<=\S)\*\*(\s*)\*\*(?=\S)", r"\1", joined)  # two bold runs are one


def _unbold(text: str) -> tuple[str, bool]:
    """A text that is bold as a whole, without its marks; and whether it was."""
    lines = text.split("\n")
    whole = all(re.fullmatch(r"\*\*(?:(?!\*\*).)+\*\*[\s:.?!]*", line) for line in lines)
    whole = whole or all(re.fullmatch(r"\[\*\*.+\*\*\]\(\S+\)", line) for line in lines)
    if all(re.fullmatch(r"\*[^*]+\*[\s:.?!]*", line) for line in lines):
        return text.replace("*", ""), True
    return (text.replace("**", ""), True) if whole else (text, False)


def _base(soup: BeautifulSoup) -> str:
    """The address of the page, where it tells it."""
    for chosen, key in (
        ("base[href]", "href"),
        ("link[rel~=canonical]", "href"),
        ('meta[property="og:url"]', "content"),
    ):
        tag = soup.select_one(chosen)
        address = str(tag.get(key) or "") if tag else ""
        if address.startswith("http"):
            return address
    return ""


def _holds_block(element: Tag) -> bool:
    return any(inner.name not in INLINE for inner in element(True))


def _is_data(table: Tag) -> bool:
    """A table of short cells is data; one that lays a page out holds paragraphs."""
    if table.find(["table", *_HEADINGS, "details"]):
        return False
    rows = table("tr")
    filled = [[c for c in row(["td", "th"]) if c.get_text(strip=True)] for row in rows]
    widths = list(map(len, filled))
    paragraphs = [len(cell(["p", "div", "li"])) for cell in table(["td", "th"])]
    laid_out = len(rows) <= MOST_LAID_OUT and max(paragraphs, default=0) > MOST_IN_A_CELL
    return bool(rows) and max(widths, default=0) > 1 and not laid_out


def _style(holders: list[Tag]) -> str:
    """The class that names what a block is."""
    for holder in holders[:2]:
        if holder.get("class"):
            return f"{holder.name}.{' '.join(holder['class'])}"
    return ""


def _leads(item: Tag, run: list[Any]) -> bool:
    """Whether paragraphs stand below the line an item of a list begins with."""
    last = run[-1]
    below = [tag for tag in last.find_all_next(["p", "div", "table", "pre"]) if item in tag.parents]
    return any(tag.get_text(strip=True) for tag in below)


def _indent(lists: list[Tag]) -> int:
    """How much deeper a list lies than its place says: Google Docs writes all side by side."""
    told = re.search(r"\blst-kix_\w+-(\d)", " ".join(lists[0].get("class") or ()) if lists else "")
    return int(told[1]) if told and len(lists) == 1 else 0


def _marker(item: Tag, parent: Tag) -> str:
    if parent.name != "ol":
        return "-"
    siblings = [tag for tag in parent.find_all("li", recursive=False)]
    start = str(parent.get("start") or "1")
    number = next(n for n, tag in enumerate(siblings) if tag is item) if item in siblings else 0
    return f"{number + (int(start) if start.isdigit() else 1)}."
