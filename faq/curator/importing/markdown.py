"""Markdown, AsciiDoc and Org as HTML, without what only a site's generator reads."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Collection

from faq.curator.importing.text import is_wrapped


def markdown_to_html(text: str) -> str:
    """Markdown with tables, definition lists and HTML, as HTML; what a site's generator reads
    (front matter, shortcodes, attributes) is left out."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - optional: the extra `documents`
    from mdit_py_plugins.deflist import deflist_plugin  # noqa: PLC0415 - optional, the same

    options = {"html": True, "linkify": False, "breaks": not is_wrapped(text)}
    parser = MarkdownIt("commonmark", options).enable(["table", "strikethrough"])
    return str(parser.use(deflist_plugin).render(_plain_markdown(text)))


#: What a generator folds away or sets apart: a line that opens it, maybe with a title, and a body
#: that is indented (MkDocs) or ends with a line of its own.
_INDENTED = re.compile(
    r"^(?P<sign>!!!|[?]{3}[+]?|===)[ \t]*[\w-]*[ \t]*(?:\"(?P<title>[^\"\n]+)\")?[ \t]*\n"
    r"(?P<body>(?:(?:[ ]{4}|\t).*\n|[ \t]*\n)*)",
    re.MULTILINE,
)
_FENCED = re.compile(r"^[ \t]*:::+[ \t]*(?P<kind>[\w-]*)[ \t]*(?P<title>[^\n]*)$", re.MULTILINE)
#: Discourse and other forums: `[details="Question"]` … `[/details]`, `[quote="ann"]`.
_FORUM = re.compile(
    r"\[(?P<end>/?)(?P<name>details|spoiler|quote|wrap|hide)(?:[=\s](?P<title>[^\]\n]*))?\](?!\()"
)
#: What Obsidian folds away: `> [!faq]- Question`, its body quoted below.
_CALLOUT = re.compile(
    r"^> ?\[!(?P<kind>[\w-]+)\](?P<sign>[+-]?)[ \t]+(?P<title>\S.*)\n(?P<body>(?:>.*\n?)*)",
    re.MULTILINE,
)
#: What Notion sets apart in a box.
_BOX = re.compile(r"^[ \t]*</?aside>[ \t]*$", re.MULTILINE)
_WIKI_LINK = re.compile(r"\[\[(?:[^\]|\n]*\|)?([^\]|\n]+)\]\]")
_EMOJI = re.compile(r"(?<!\S):[a-z][a-z0-9_+-]+:(?!\S)")
#: Tags of templates, `{% tab title="iOS" %}`, and of components, `<Tab title="iOS">`.
_TAG = re.compile(
    r"\{%-?\s.*?-?%\}|\{\{[<%].*?[>%]\}\}|^[ \t]*</?[A-Z][\w.]*(?:\s[^<>]*)?/?>[ \t]*$",
    re.DOTALL | re.MULTILINE,
)
_FOLDS = re.compile(
    r"[\s<{%/-]*(?:end)?(?!\w*(?:group|list|wrapper)\b)"
    r"\w*(?:accordion|expand|collaps|details|disclosure|faq|question|spoiler)",
    re.IGNORECASE,
)
_NAME = re.compile(r"[\s<{%-]*(/?)\s*(?:end)?([\w.]+)")
_SAID = re.compile(r"\b(?:title|label|summary|question)=[\"'{`]+(?P<words>[^\"'`}]+)")
_FIRST = re.compile(r"^\W*\w+\s+\"(?P<words>[^\"]+)\"")
_LEADS = re.compile(r"\b(?:url|href|src)=[\"'](?P<url>https?://[^\"']+)[\"']")
_FOOTNOTE = re.compile(
    r"^\[\^(?P<name>[^\]\n]+)\]:[ \t]*(?P<text>.+(?:\n[ \t]+\S.*)*)$", re.MULTILINE
)


def _folded(title: str, body: str = "") -> str:
    """What a page folds away under a title, as HTML does."""
    return f"\n\n<details>\n<summary>{title}</summary>\n\n" + (
        f"{body}\n</details>\n\n" if body else ""
    )


def _set_apart(match: re.Match[str]) -> str:
    body = re.sub(r"^(?: {4}|\t)", "", match["body"], flags=re.MULTILINE)
    if not match["title"]:
        return f"\n{body}\n"
    return _folded(match["title"], body)


def _fence(match: re.Match[str]) -> str:
    """A line with colons: what it opens is named by its title."""
    said = _SAID.search(match["title"])
    title = said["words"] if said else re.sub(r"\{[^}]*\}|^\[|\]$", "", match["title"]).strip()
    if match["kind"] == "details" and title:
        return _folded(title)
    return f"\n**{title}**\n" if title else "\n"


def _forum(match: re.Match[str]) -> str:
    title = (match["title"] or "").strip("\"' ")
    if match["name"] == "details":
        return "\n\n</details>\n\n" if match["end"] else _folded(title)
    return "\n"


def _called(match: re.Match[str]) -> str:
    body = re.sub(r"^> ?", "", match["body"], flags=re.MULTILINE)
    body = _CALLOUT.sub(_called, body + "\n")
    asked = match["sign"] or match["kind"].lower() in {"faq", "question", "help"}
    return _folded(match["title"], body) if asked else f"\n**{match['title']}**\n\n{body}\n"


def _tag(match: re.Match[str], folding: Collection[str]) -> str:
    """Of a tag its title and where it leads, for people to read; nothing else of it.

    `folding` are the names of those that a tag of its own ends.
    """
    tag = match[0]
    name = _NAME.match(tag)
    folds = _FOLDS.match(tag) is not None and name is not None and name[2] in folding
    said, leads = _SAID.search(tag) or (folds and _FIRST.match(tag)), _LEADS.search(tag)
    if folds and name and (name[1] or said):
        return _folded(said["words"]) if said and not name[1] else "\n\n</details>\n\n"
    told = [f"**{said['words']}**"] if said else []
    told += [f"<{leads['url']}>"] if leads else []
    alone = not match.string[: match.start()].rpartition("\n")[2].strip() or "\n" in tag
    return "\n\n" + "\n\n".join(told) + "\n\n" if told or alone else ""


def _with_notes(body: str) -> str:
    """Footnotes where they are called, in brackets."""
    notes = {m["name"]: " ".join(m["text"].split()) for m in _FOOTNOTE.finditer(body)}
    body = _FOOTNOTE.sub("", body) if notes else body
    return re.sub(
        r"\[\^([^\]\n]+)\]", lambda m: f" ({notes[m[1]]})" if m[1] in notes else m[0], body
    )


_FRONT = re.compile(
    r"\A\s*(?:---\s*\n.*?\n(?:---|\.\.\.)\s*(?:\n|\Z)|\+\+\+\s*\n.*?\n\+\+\+\s*\n)", re.DOTALL
)
#: What nobody is to read: variables, attributes behind a heading or link, imports, comments.
_UNREAD = re.compile(
    r"\{\{[^{}\n]*\}\}|^[ \t]*\{:[^}\n]*\}[ \t]*$|\{:[^}\n]*\}"
    r"|(?<=\S)[ \t]*\{[#.][^{}\n]*\}[ \t]*$|(?<=\))\{\s*[^{}\n]*\}|\{/\*.*?\*/\}"
    r"|^import\s[^\n]*?(?:\bfrom\s|[\"'])[^\n]*$|^export\s+(?:const|default)\s[^\n]*$"
    r"|^\[\[?_?TOC_?\]?\]$|^\*\[[^\]\n]+\]:.*$",
    re.DOTALL | re.MULTILINE,
)


def _plain_markdown(text: str) -> str:
    body = text.replace("\r\n", "\n").replace("\ufeff", "")
    if match := _FRONT.match(body):
        body = body[match.end() :]
    elif body.lstrip().startswith("{"):
        body = _without_json(body)
    body = _with_notes(_UNREAD.sub("", _outside_code(_read_as_page, body + "\n")))
    body = re.sub(r"^> ?\[!\w+\][ \t]*$", ">", body, flags=re.MULTILINE)
    # a line that asks ends there, if what follows begins a line as well
    body = re.sub(r"(\A\n*|\n\n)(\S[^\n]*\?)\n(?=\S)", r"\1\2  \n", body)
    body = re.sub(r"\\\\$", r"\\", body, flags=re.MULTILINE)  # kramdown breaks a line with two
    # a heading without a space after its signs, as many people write it
    return re.sub(r"^(#{1,6})(?=[^#\s!])", r"\1 ", body, flags=re.MULTILINE)


def _read_as_page(text: str) -> str:
    text = _BOX.sub("", text)
    text = _FENCED.sub(_fence, _INDENTED.sub(_set_apart, _CALLOUT.sub(_called, text)))
    text = _WIKI_LINK.sub(r"\1", _FORUM.sub(_forum, text))
    tags = [name for tag in _TAG.findall(text) if (name := _NAME.match(tag))]
    ended = {name[2] for name in tags if name[1]}
    if any(tag[:1].isspace() for tag in _TAG.findall(text)):  # what lies in components is indented
        text = re.sub(r"^[ \t]{4,}(?=[^\s*+\d-])", "", text, flags=re.MULTILINE)
    return _EMOJI.sub("", _TAG.sub(lambda tag: _tag(tag, ended), text))


_CODE = re.compile(r"^([ \t]*)(```|~~~).*?^[ \t]*\2[ \t]*$", re.DOTALL | re.MULTILINE)
_HELD = re.compile(r"^([ \t]*)\x00(\d+)\x00$", re.MULTILINE)


def _outside_code(change: Callable[[str], str], text: str) -> str:
    """A text with a change made to it, save where it shows code."""
    held: list[str] = []

    def hold(match: re.Match[str]) -> str:
        held.append(re.sub(rf"^{match[1]}", "", match[0], flags=re.MULTILINE))
        return f"{match[1]}\x00{len(held) - 1}\x00"

    def give_back(match: re.Match[str]) -> str:
        return re.sub(r"^(?=.)", match[1], held[int(match[2])], flags=re.MULTILINE)

    return _HELD.sub(give_back, change(_CODE.sub(hold, text.replace("\x00", ""))))


_WORDPRESS = re.compile(r"\s*===[ \t]*\S.*===[ \t]*$", re.MULTILINE)


def is_wordpress(text: str) -> bool:
    """Whether a text is a plugin's readme.txt, which is Markdown but for its headings."""
    return _WORDPRESS.match(text) is not None


def from_wordpress(text: str) -> str:
    """Such a readme with Markdown's headings: its `=== name ===`, `== part ==`, `= question =`."""
    return re.sub(
        r"^(={1,3})[ \t]*(.+?)[ \t]*\1[ \t]*$",
        lambda m: f"{'#' * (4 - len(m[1]))} {m[2]}",
        text,
        flags=re.MULTILINE,
    )


def from_signs(text: str, sign: str) -> str:
    """AsciiDoc or a wiki's text (`=`), or Org's (`*`), with Markdown's headings and links."""
    text = re.sub(r"^#\+.*$", "", text, flags=re.MULTILINE)
    text = _from_blocks(text) if sign == "=" else text
    text = re.sub(r"(?:\blink:)?(https?://[^\s\[\]]+)\[([^\]\n]+)\]", r"[\2](\1)", text)
    text = re.sub(r"\[\[(https?:[^\s\[\]]+)\]\[([^\]\n]+)\]\]", r"[\2](\1)", text)
    return re.sub(
        rf"^({re.escape(sign)}{{1,6}})[ \t]+(\w.*?)(?:[ \t]*\1)?[ \t]*$",
        lambda m: f"{'#' * len(m[1])} {m[2]}",
        text,
        flags=re.MULTILINE,
    )


_ASCIIDOC_CODE = re.compile(r"^(-{4,}|\.{4,})\n(?P<code>.*?)^\1$", re.DOTALL | re.MULTILINE)
#: What AsciiDoc says of the block below: `[source,bash]`, `[[anchor]]`, `[NOTE]`.
_ASCIIDOC_ATTRIBUTES = re.compile(r"^\[(?:\[[\w-]+\]|[^\n/\[\]]*)\]\n", re.MULTILINE)


def _from_blocks(text: str) -> str:
    """AsciiDoc with Markdown's code and items; an item's signs are as many as it is deep."""
    text = _ASCIIDOC_CODE.sub(r"```\n\g<code>```", _ASCIIDOC_ATTRIBUTES.sub("", text))
    return re.sub(
        r"^(?:\.+|\*+)[ \t]+(?=\S)",
        lambda m: "   " * (len(m[0].rstrip()) - 1) + ("1. " if m[0][0] == "." else "*  "),
        text,
        flags=re.MULTILINE,
    )


def front_title(text: str) -> str:
    """The title a document's front matter gives it."""
    head = text[:4000]
    found = re.search(r"^\s*[\"']?title[\"']?\s*[:=]\s*(.+?),?\s*$", head, re.MULTILINE)
    front = _FRONT.match(head) or head.lstrip().startswith("{")
    return found[1].strip("\"' ") if found and front else ""


def front_data(text: str) -> list[object]:
    """The lists in a document's front matter (YAML or TOML): a page's template may show them."""
    import yaml  # noqa: PLC0415 - optional: the extra `documents`

    front = _FRONT.match(text.replace("\r\n", "\n").replace("\ufeff", ""))
    lines = front[0].strip().split("\n")[1:-1] if front else []
    try:
        if front and front[0].lstrip().startswith("+"):
            data = tomllib.loads("\n".join(lines))
        else:
            data = yaml.safe_load("\n".join(lines))
    except (yaml.YAMLError, tomllib.TOMLDecodeError, RecursionError):
        return []
    return [v for v in data.values() if isinstance(v, list)] if isinstance(data, dict) else []


def _without_json(text: str) -> str:
    try:
        _, end = json.JSONDecoder().raw_decode(text.lstrip())
    except (ValueError, RecursionError):
        return text
    return text.lstrip()[end:]
