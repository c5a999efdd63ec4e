"""How a page itself marks its questions: elements that open, names of classes, microdata."""

from __future__ import annotations

import re
from typing import Any

from bs4.element import NavigableString, Tag

#: Names of classes that say: this is a question.
_QUESTION_NAME = re.compile(
    r"(?:^|[-_ ])(?:(?:faq|accordion|toggle|collaps\w*|expand\w*|tab|panel|q(?:na|a)?|schema-faq)"
    r"[-_]*(?:item)?[-_]*(?:question|q|title|header|heading|head|button|btn|trigger|control(?:-text)?"
    r"|toggle|summary|link|name)|question(?:[-_](?:title|text|heading|name))?|frage|pregunta|pergunta"
    r"|domanda|vraag|pytanie|vopros)(?:$|[-_ ])",
    re.IGNORECASE,
)


#: What asks is no longer.
LONGEST = 400


def is_contents_line(run: list[Any]) -> bool:
    """Whether a run is a line of a list of contents: a link to a place on the page, no more."""
    filled = [child for child in run if not isinstance(child, NavigableString) or child.strip()]
    links = [child for tag in filled if isinstance(tag, Tag) for child in (tag, *tag("a"))]
    if any(_opens(tag) for tag in links):
        return False
    target = next((str(tag.get("href") or "") for tag in links if tag.name == "a"), "")
    words = "".join(child.get_text() for child in filled).strip(" .0123456789")
    inner = "".join(tag.get_text() for tag in links if tag.name == "a").strip(" .0123456789")
    return "#" in target and "://" not in target and bool(words) and words == inner


def marks_question(holders: list[Tag], run: list[Any], shown: str) -> bool:
    """Whether the page itself says that this is a question, maybe with its answer below it."""
    text = "".join(map(said, run))
    for holder in holders[:4]:
        if holder.name in {"summary", "dt"}:
            return True
        if (
            holder.name in {"details", "dd", "ul", "ol", "li", "table", "p"}
            and holder is not (holders[0])
        ):
            return False
        named = " ".join([*(holder.get("class") or ()), str(holder.get("id") or "")])
        whole = said(holder) == text or (holder is holders[0] and is_first(holder, run))
        short = whole and len(shown.partition("\n")[0]) < LONGEST
        if short and (_QUESTION_NAME.search(named) or _is_microdata(holder)):
            return True
        if short and holder.has_attr("aria-expanded"):
            return True
    inner = [tag for child in run if isinstance(child, Tag) for tag in (child, *child(True))]
    return any(_opens(tag) for tag in inner)


def said(piece: Any) -> str:
    """The letters of a piece of a page."""
    return "".join(piece.get_text().split())


def _opens(tag: Tag) -> bool:
    """Whether something on a page is tapped to open what stands below it."""
    named = " ".join(tag.get("class") or ())
    told = {"aria-expanded", "aria-controls", "data-toggle", "data-bs-toggle"} & set(tag.attrs)
    if tag.name == "button" and re.search(r"(?i)accordion|collaps|faq|toggle", named):
        return True
    return bool(told) or bool(_QUESTION_NAME.search(named))


def _is_microdata(holder: Tag) -> bool:
    if holder.get("itemprop") != "name":
        return False
    scope = holder.find_parent(attrs={"itemtype": True})
    return scope is not None and str(scope["itemtype"]).rstrip("/").endswith("Question")


def is_first(item: Tag, run: list[Any]) -> bool:
    """Whether a run of text is what an item of a list begins with."""
    for piece in item.descendants:
        if isinstance(piece, NavigableString) and piece.strip():
            return any(piece is r or (isinstance(r, Tag) and piece in r.descendants) for r in run)
    return False
