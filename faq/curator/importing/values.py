"""The texts in an export: plain, by language, HTML, Markdown, or rich text as a tree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape, unescape
from typing import Any

from faq.curator.importing.asking import question_text
from faq.markup import quoted

#: Keys of a table that is but a text.
_TEXTS = (
    *("rendered", "text", "value", "markdown", "content", "plainText", "answer", "name"),
    *("question", "title"),
)


def text_key(value: Any) -> str | None:
    if not isinstance(value, Mapping):
        return None
    for name in _TEXTS:
        if isinstance(value.get(name), str) and value[name].strip():
            return name
    lists = (name for name in ("parts", "data", "messages", "speech") if value.get(name))
    return next((name for name in lists if isinstance(value[name], list)), None)


def texts_in(value: Any) -> Iterator[str]:
    """The texts of a value: a text, a list, a table by language or with the text inside."""
    if isinstance(value, str):
        if value.strip():
            yield value.strip()
    elif isinstance(value, list):
        for each in value[:1000]:
            yield from texts_in(each)
    elif isinstance(value, Mapping):
        if nodes := nodes_in(value):
            yield "".join(map(as_html, nodes))
            return
        key = text_key(value)
        if key in {"parts", "data"}:  # a text in pieces
            yield "".join(t for part in value[key] for t in texts_in(part))
        elif key:
            yield from texts_in(value[key])
        else:
            for each in list(value.values())[:1]:  # by language: one of them
                yield from texts_in(each)


_TAGS = {"paragraph": "p", "listitem": "li", "orderedlist": "ol", "unorderedlist": "ul"}
_TAGS |= {"bulletlist": "ul", "numberedlist": "ol", "heading": "h3", "quote": "blockquote"}
_TAGS |= {"blockquote": "blockquote", "tablerow": "tr", "tablecell": "td", "table": "table"}


def nodes_in(value: Any) -> list[Any]:
    """The nodes of a rich text, as Contentful, Strapi, Lexical and many editors keep it."""
    if not isinstance(value, Mapping):
        return []
    if isinstance(value.get("root"), Mapping):
        return nodes_in(value["root"])
    typed = "nodeType" in value or "type" in value
    lists = (value[k] for k in ("content", "children") if isinstance(value.get(k), list))
    nodes: list[Any] = next(lists, [])
    return nodes if typed and all(isinstance(node, Mapping) for node in nodes) else []


def as_html(node: Any) -> str:
    """A node of a rich text with all in it, as HTML."""
    if not isinstance(node, Mapping):
        return ""
    kind = re.sub(r"[\W_]|\d", "", str(node.get("nodeType") or node.get("type") or "")).lower()
    inner = "".join(map(as_html, nodes_in(node)))
    told = node.get("value") if isinstance(node.get("value"), str) else node.get("text")
    if isinstance(told, str):
        marks = str(node.get("marks") or "") + ("bold" if node.get("bold") is True else "")
        inner = escape(told).replace("\n", "<br>")
        return f"<b>{inner}</b>" if re.search("bold|strong", marks) else inner
    tables = [node, *(v for v in (node.get("data"), node.get("attrs")) if isinstance(v, Mapping))]
    links = [t[k] for t in tables for k in ("uri", "href", "url") if isinstance(t.get(k), str)]
    if "link" in kind and links:
        return f'<a href="{escape(links[0])}">{inner}</a>'
    if kind == "list":
        return f"<ul>{inner}</ul>"
    tag = _TAGS.get(kind)
    return f"<{tag}>{inner}</{tag}>" if tag else "<br>" if kind == "hardbreak" else inner


_TAG = re.compile(r"</?[a-z][a-z0-9]*\b[^>]*>", re.IGNORECASE)
#: The place for a tag in the texts of an app: <0>our rules</0>.
_PLACE = re.compile(r"</?\d+\s?/?>")


def question_in(text: str) -> str:
    """A question that may be HTML, as it should be read."""
    return question_text(quoted(unescape(_TAG.sub("", _PLACE.sub("", text)))))


#: Tags and entities that only HTML has, not what people write between such signs: <name>.
_HTML = re.compile(
    r"</?(?:a|b|blockquote|br|code|div|em|font|h[1-6]|i|img|li|ol|p|pre|span|strong|t[dhr]|table"
    r"|tbody|u|ul)\b[^>]*>|&(?:#\d+|[a-z]+);",
    re.IGNORECASE,
)


def text_of(text: str) -> str:
    """An answer that may be HTML or Markdown, in our markup."""
    text = _PLACE.sub("", text.replace("\r\n", "\n")).strip()
    if not _HTML.search(text):
        return from_markdown(text)
    from faq.curator.importing.html import markup_of  # noqa: PLC0415 - extra `documents`

    laid_out = re.search(r"<(?:p|br|div|li|h\d)\b", text, re.IGNORECASE)
    return markup_of(text if laid_out else text.replace("\n", "<br>"))


def from_markdown(text: str) -> str:
    """A cell's text: the Markdown we know is kept, the rest becomes ordinary."""
    text = re.sub(r"__(?=\S)([^_\n]+?)(?<=\S)__", r"**\1**", text)
    text = re.sub(r"^#{1,6}\s+(.+?)\s*#*$", r"**\1**", text, flags=re.MULTILINE)
    return re.sub(r"^(\s*)[•●▪*]\s+", r"\1- ", text, flags=re.MULTILINE)
