"""A document of any usual kind as headed sections of paragraphs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from faq.model import FAQError

#: A paragraph of one line, this short and without an end mark, is a heading in plain text.
LONGEST_HEADING = 80
_ENDS = (".", "!", "?", ":", ";", ",", "…", "”", '"')
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\ufeff"))
_UNDERLINED = re.compile(r"(\S.*)\n(?:={3,}|-{3,})(?:\n|$)")
#: On a line of its own, the first or the last of a page.
_PAGE_NUMBER = re.compile(r"\A[\s\u2013-]*\d+[\s\u2013-]*$|^[\s\u2013-]*\d+[\s\u2013-]*\Z", re.M)
_HYPHEN = re.compile(r"(\w)-\n(?=[a-z])")

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
#: HTML elements that stand within a paragraph; all others are one, or hold some.
_INLINE = frozenset(
    {
        *("a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn"),
        *("em", "font", "i", "ins", "kbd", "label", "mark", "q", "s", "samp", "small"),
        *("span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"),
    }
)

#: Pieces of a document in its order: whether each is a heading, and its text.
Pieces = Iterable[tuple[bool, str]]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading (empty for what stands before the first) and what stands under it."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A title (empty where none stands above the first section's heading) and the sections."""

    title: str
    sections: tuple[Section, ...]


def read_document(file: Path) -> Document:
    """What a txt, md, html, docx or pdf file says. Raises `FAQError` with the cure."""
    read = READERS.get(file.suffix.lower())
    if read is None:
        raise FAQError(f"{file}: cannot read {file.suffix!r}. Use one of {', '.join(READERS)}.")
    try:
        found = _document(read(file))
    except ImportError as error:
        raise FAQError(
            f"{file}: needs {error.name}. Install the extra: pip install '.[documents]'."
        ) from None
    except UnicodeDecodeError:
        raise FAQError(f"{file}: not UTF-8. Save it as UTF-8.") from None
    except FAQError:
        raise
    except Exception as error:  # the libraries raise many kinds
        raise FAQError(f"{file}: cannot be read ({error}). Try to save it as .txt.") from None
    if not found.sections:
        raise FAQError(f"{file}: no text in it. A scanned PDF needs text recognition first.")
    return found


def _document(pieces: Pieces) -> Document:
    single = [(is_heading, " ".join(_shown(text).split())) for is_heading, text in pieces]
    filled = [piece for piece in single if piece[1]]
    titled = len(filled) > 1 and filled[0][0] and filled[1][0]
    sections = _sections(filled[1:] if titled else filled)
    return Document(filled[0][1] if titled else "", tuple(sections))


def _shown(text: str) -> str:
    """The text without what nobody sees: control characters, soft hyphens, empty spaces."""
    return "".join(c for c in text if c.isspace() or unicodedata.category(c) != "Cc").translate(
        _UNSEEN
    )


def _sections(pieces: Pieces) -> Iterator[Section]:
    """Sections with something under their heading; a bare heading joins the next one."""
    heading, paragraphs = "", list[str]()
    for is_heading, text in pieces:
        if not is_heading:
            paragraphs.append(text)
            continue
        if paragraphs:
            yield Section(heading, tuple(paragraphs))
            heading, paragraphs = "", []
        heading = f"{heading} / {text}" if heading else text
    if paragraphs:
        yield Section(heading, tuple(paragraphs))


def _text(file: Path) -> Pieces:
    return _plain(file.read_text(encoding="utf-8-sig"))


def _plain(text: str) -> Pieces:
    """Paragraphs lie between empty lines; a heading may be underlined."""
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()):
        body = block.strip()
        if underlined := _UNDERLINED.match(body):
            yield True, underlined[1]
            body = body[underlined.end() :].strip()
        yield _is_heading(body), body


def _is_heading(text: str) -> bool:
    """A short line without an end mark, or one that asks: leaflets have questions as headings."""
    short = "\n" not in text and len(text) <= LONGEST_HEADING and any(map(str.isalpha, text))
    return short and (not text.endswith(_ENDS) or text.endswith("?"))


def _markdown(file: Path) -> Pieces:
    from markdown_it import MarkdownIt  # noqa: PLC0415 - optional: the extra `documents`

    rendered = MarkdownIt("commonmark").enable("table").render(file.read_text("utf-8-sig"))
    return _from_html(rendered)


def _html(file: Path) -> Pieces:
    return _from_html(file.read_text(encoding="utf-8-sig"))


def _from_html(text: str) -> Pieces:
    from bs4 import BeautifulSoup  # noqa: PLC0415 - optional: the extra `documents`
    from bs4.element import NavigableString  # noqa: PLC0415 - optional, the same

    soup = BeautifulSoup(text, "html.parser")
    for unread in soup(["head", "script", "style", "template", "nav", "footer", "aside", "form"]):
        unread.decompose()
    for line_break in soup("br"):
        line_break.replace_with("\n")
    texts = [text for text in soup(string=True) if type(text) is NavigableString]  # no comments
    for _, group in groupby(texts, lambda text: id(_block(text))):  # two items may read alike
        parts = list(group)
        yield _block(parts[0]).name in _HEADINGS, "".join(parts)


def _block(text: Any) -> Any:
    """The element whose paragraph a piece of text belongs to."""
    return next(parent for parent in text.parents if parent.name not in _INLINE)


def _docx(file: Path) -> Pieces:
    from docx import Document  # noqa: PLC0415 - optional: the extra `documents`
    from docx.oxml.ns import qn  # noqa: PLC0415 - optional, the same
    from docx.text.paragraph import Paragraph  # noqa: PLC0415 - optional, the same

    document = Document(str(file))
    # All paragraphs in their order: those of tables, form fields and tracked changes, too.
    for element in document.element.body.iter(qn("w:p")):
        style = Paragraph(element, document._body).style  # its public way leaves those out
        name = (style.name or "") if style else ""
        parts = element.iter(qn("w:t"), qn("w:tab"), qn("w:br"))
        words = "".join(part.text or " " for part in parts)
        yield name.startswith(("Heading", "Title")), words


def _pdf(file: Path) -> Pieces:
    from pypdf import PdfReader  # noqa: PLC0415 - optional: the extra `documents`

    pages = (_PAGE_NUMBER.sub("", page.extract_text()) for page in PdfReader(file).pages)
    return _lines(_HYPHEN.sub(r"\1", "\n".join(pages)).splitlines())


def _lines(lines: Iterable[str]) -> Pieces:
    """A PDF keeps no paragraphs: a heading is a short line between ended and new sentences."""
    filled = [line.strip() for line in lines if line.strip()]
    ended, so_far = True, list[str]()
    for line, following in zip(filled, [*filled[1:], ""], strict=False):
        heading = ended and _is_heading(line) and not following[:1].islower()
        if heading:
            yield False, " ".join(so_far)
            so_far = []
            yield True, line
        else:
            so_far.append(line)
        ended = heading or line.endswith(_ENDS)
    yield False, " ".join(so_far)


READERS: dict[str, Callable[[Path], Pieces]] = {
    ".txt": _text,
    ".md": _markdown,
    ".html": _html,
    ".htm": _html,
    ".docx": _docx,
    ".pdf": _pdf,
}
