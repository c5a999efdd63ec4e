"""A page of HTML without what is no content: menus, banners, signs beside the words."""

from __future__ import annotations

import re
import unicodedata
from html import escape

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

__all__ = ["INLINE", "clean"]

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
#: Elements that stand within a paragraph; all others are one, or hold some.
INLINE = frozenset(
    {
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "button", "cite", "code", "data"),
        *("del", "dfn", "em", "font", "i", "ins", "kbd", "label", "mark", "q", "s", "samp"),
        *("small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"),
        *("svg", "img", "picture", "br"),
    }
)
_UNREAD = (
    *("head", "script", "style", "template", "nav", "footer", "aside", "noscript", "iframe"),
    *("object", "video", "audio", "canvas", "svg", "select", "textarea", "input", "dialog"),
    *("option", "map", "colgroup"),
)
_UNREAD_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "dialog", "menu"})
#: Names of classes and ids around what is no content.
_UNREAD_NAMES = re.compile(
    r"(?:^|[-_ ])(?:breadcrumbs?|cookie[-\w]*|nav(?:bar|igation)?|menu|sidebar|footer|site-header"
    r"|skip-?link|toc|table-of-contents|share|social[-\w]*|newsletter|pagination|related-\w+"
    r"|screen-reader-text|sr-only|visually-hidden|headerlink|anchorjs-link|edit-link|(?:mw-)?editsection"
    r"|comments?|pager"
    r"|feedback|was-this-helpful|copyright)(?:$|[-_ ])",
    re.IGNORECASE,
)
#: Of a piece of a line only what nobody is to see is left out: a key may be named "menu".
_UNSEEN_NAMES = re.compile(
    r"(?:^|[-_ ])(?:screen-reader-text|sr-only|visually-hidden|headerlink|anchorjs-link|edit-link"
    r"|(?:mw-)?editsection)(?:$|[-_ ])",
    re.IGNORECASE,
)
#: What only draws a sign beside a question: a plus, an arrow.
_DRAWN_NAMES = re.compile(r"(?i)icon|arrow|chevron|caret|plus|minus|toggle|indicator|marker")


#: What a page writes beside a question that opens and closes, for those who cannot see a sign.
_STATE = re.compile(
    r"(?:open|close|expand|collapse|show|hide|toggle|show (?:more|answer)|abrir|cerrar|fechar"
    r"|öffnen|schließen|aufklappen|zuklappen|ouvrir|fermer|afficher|masquer|apri|chiudi|mostra"
    r"|nascondi|rozwiń|zwiń|открыть|закрыть|[+−–-])",
    re.IGNORECASE,
)


def clean(soup: BeautifulSoup) -> None:
    """Take away what is no content."""
    for element in soup(list(_UNREAD)):
        if not element.decomposed and "admonition" not in (element.get("class") or ()):
            element.decompose()  # an admonition is a note in reStructuredText
    _put_notes_where_called(soup)
    _open_pages_in_frames(soup)
    for element in soup(re.compile(":")):  # Word's own, within the words
        element.unwrap()
    most = 0.5 * len(soup.get_text())
    for element in soup(True):
        if element.decomposed or element.name in {"body", "html", "main", "article"}:
            continue
        if element.name == "a" and element.get_text(strip=True):
            continue
        if _is_unread(element, most) or (element.name in INLINE and _is_state(element)):
            element.decompose()
        elif element.name == "form":
            element.unwrap()
        elif element.name in INLINE and _is_label(element):
            element.string = f"{element.get_text(strip=True)}: "


def _open_pages_in_frames(soup: BeautifulSoup) -> None:
    """Make boxes that keep their lines ones that break them, where no code is in them."""
    for frame in soup("pre"):
        if frame.find(["b", "strong", *HEADINGS]) is None:
            continue
        frame.name = "div"
        for text in list(frame.find_all(string=True)):
            broken = BeautifulSoup(escape(text).replace("\n", "<br>"), "html.parser")
            text.replace_with(*list(broken.contents))


_NOTE_SIGN = re.compile(r"[\[(]?(?:\w{1,3}|[*†‡])[\])]?")


def _put_notes_where_called(soup: BeautifulSoup) -> None:
    """Footnotes in brackets where a sign leads to them; what editors remarked goes.

    A note leads back to its sign: so those of Google Docs, Word and generators of pages do.
    """
    anchors = {name: a for a in soup(True) if (name := str(a.get("id") or a.get("name") or ""))}
    for sign in soup("a", href=re.compile("^#.")):
        named = "" if sign.decomposed else str(sign["href"])[1:]
        target = anchors.get(named)
        if target is None or target.decomposed or not _NOTE_SIGN.fullmatch(sign.get_text().strip()):
            continue
        note = target if target.name in {"li", "p", "dd"} else target.find_parent(["li", "p", "dd"])
        here = {str(e.get("id") or e.get("name") or "") for e in (sign, sign.parent) if e}
        back = [a for a in note("a") if str(a.get("href"))[1:] in here] if note else []
        if note is None or not back or sign in note("a"):
            continue
        for link in back:
            link.decompose()
        told = "" if named.startswith("cmnt") else " ".join(note.get_text().split())
        sign.replace_with(NavigableString(f" ({told})" if told else ""))
        note.decompose()


def _is_unread(element: Tag, most: float) -> bool:
    """Whether an element is no content, by its role or its names."""
    identity = "" if _is_anchor(element) else str(element.get("id") or "")
    named = " ".join([*(element.get("class") or ()), identity])
    if _DRAWN_NAMES.search(named) and not re.search(r"\w", element.get_text()):
        return True
    if str(element.get("role") or "") in _UNREAD_ROLES:
        return True
    if element.name == "header" and element.find(["nav"]) is not None:
        return True
    unread = _UNSEEN_NAMES if element.name in INLINE else _UNREAD_NAMES
    return unread.search(named) is not None and not _has_questions(element, most)


def _is_anchor(element: Tag) -> bool:
    """Whether an id is made of a heading's words, "how-do-i-share-it": it names nothing."""
    words = re.split("[-_]", str(element.get("id") or "").lower())
    heading = element if element.name in HEADINGS else element.find([*HEADINGS])
    if heading is None or (len(words) < 2 and heading is not element):
        return False
    letters = unicodedata.normalize("NFKD", heading.get_text().lower())
    said = re.findall(r"[^\W_]+", re.sub(r"[\u0300-\u036f]", "", letters))
    return all(word in said or word.isdigit() for word in words)


def _is_state(element: Tag) -> bool:
    """Whether a piece of a button only says that it opens: other words in it ask."""
    if not _STATE.fullmatch(element.get_text(strip=True)):
        return False
    button = element.find_parent(["button", "summary"]) or element.find_parent(role="button")
    return button is not None and len(button.get_text(strip=True)) > len(element.get_text()) + 1


def _is_label(element: Tag) -> bool:
    """Whether a piece of a line is a lone Q or A that stands first in it, with more behind."""
    if element.get_text(strip=True) not in {"Q", "A"}:
        return False
    before, after = (
        "".join(s.get_text() for s in siblings).strip()
        for siblings in (element.previous_siblings, element.next_siblings)
    )
    return not before and bool(after)


def _has_questions(element: Tag, most: float) -> bool:
    """Whether a part that looks like decoration holds questions with text below, all the same.

    What holds more of the page than `most` characters is no decoration.
    """
    if len(element.get_text()) > most:
        return True
    if element.name == "a" or element.find(["details", "dt", *HEADINGS]) is None:
        return False
    return len(element.get_text()) > 600 or element.find(["details", "dt"]) is not None
