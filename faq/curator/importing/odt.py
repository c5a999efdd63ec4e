"""LibreOffice documents as blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from faq.curator.importing.blocks import Block, Kind, joined
from faq.curator.importing.html import linked
from faq.curator.importing.word import cleaned, marked, named_style
from faq.markup import quoted

_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"
_TEXT, _TABLE, _STYLE, _FO = (
    f"{{{_OFFICE}{name}:1.0}}" for name in ("text", "table", "style", "xsl-fo-compatible")
)


def odt_blocks(file: Path) -> list[Block]:
    """The paragraphs, items and rows of an .odt in their order."""
    from lxml import etree  # noqa: PLC0415 - optional: it comes with python-docx

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    with ZipFile(file) as archive:
        roots = [
            etree.fromstring(archive.read(name), parser)
            for name in ("content.xml", "styles.xml")
            if name in archive.namelist()
        ]
    return list(_Odt(roots).blocks())


class _Odt:
    def __init__(self, roots: list[Any]) -> None:
        self.root = roots[0]
        self.bold: set[str] = set()
        self.parents: dict[str, str] = {}
        self.numbered: set[str] = set()
        self.tables = 0
        for style in (s for root in roots for s in root.iter(f"{_STYLE}style")):
            name = style.get(f"{_STYLE}name") or ""
            self.parents[name] = style.get(f"{_STYLE}parent-style-name") or ""
            weights = [p.get(_FO.replace("xsl-fo", "xsl-fo") + "font-weight") for p in style]
            if "bold" in weights or any(w and w.isdigit() and int(w) >= 600 for w in weights):
                self.bold.add(name)
        for style in self.root.iter(f"{_TEXT}list-style"):
            if style.find(f"{_TEXT}list-level-style-number") is not None:
                self.numbered.add(style.get(f"{_STYLE}name") or "")

    def blocks(self) -> Iterator[Block]:
        body = next(self.root.iter(f"{{{_OFFICE}office:1.0}}text"), None)
        if body is not None:
            yield from self._within(body, 0, "")

    def _within(self, element: Any, depth: int, marker: str) -> Iterator[Block]:
        for child in element:
            tag = child.tag
            if tag == f"{_TEXT}h":
                text = cleaned(self._inline(child))[0].replace("**", "")
                if text:
                    yield Block(Kind.HEADING, text, int(child.get(f"{_TEXT}outline-level") or 1))
            elif tag == f"{_TEXT}p":
                yield from self._paragraph(child, depth, marker)
                marker = ""
            elif tag == f"{_TEXT}list":
                yield from self._list(child, depth)
            elif tag == f"{_TABLE}table":
                yield from self._table(child)
            elif tag not in {f"{_TEXT}table-of-content", f"{_TEXT}tracked-changes"}:
                yield from self._within(child, depth, marker)

    def _paragraph(self, element: Any, depth: int, marker: str) -> Iterator[Block]:
        text, strong = cleaned(self._inline(element))
        style = element.get(f"{_TEXT}style-name") or ""
        named = self._named(style)
        strong = strong or self._is_bold(style)
        if not text:
            return
        if named.lower() in {"title", "titel"}:
            yield Block(Kind.HEADING, text, 1)
        elif marker:
            yield Block(
                Kind.ITEM, text.replace("**", "") if strong else text, depth, strong, "", marker
            )
        else:
            yield Block(
                Kind.PARAGRAPH,
                text.replace("**", "") if strong else text,
                0,
                strong,
                named_style(named),
            )

    def _list(self, element: Any, depth: int) -> Iterator[Block]:
        ordered = (element.get(f"{_TEXT}style-name") or "") in self.numbered
        for number, item in enumerate(element.findall(f"{_TEXT}list-item"), 1):
            yield from self._within(item, depth + 1, f"{number}." if ordered else "-")

    def _table(self, table: Any) -> Iterator[Block]:
        self.tables += 1
        number = self.tables
        for row in table.iter(f"{_TABLE}table-row"):
            cells = [
                re.sub(r"\n\s*", "\n", joined(list(self._within(cell, 0, ""))))
                for cell in row.findall(f"{_TABLE}table-cell")
            ]
            if any(cells):
                yield Block(Kind.ROW, " | ".join(cells), path=(number,))

    def _inline(self, element: Any) -> str:
        parts = [quoted(element.text or "")]
        for child in element:
            tag = child.tag
            if tag == f"{_TEXT}a":
                href = child.get("{http://www.w3.org/1999/xlink}href") or ""
                parts.append(linked(self._inline(child), href))
            elif tag == f"{_TEXT}span":
                bold = self._is_bold(child.get(f"{_TEXT}style-name") or "")
                parts.append(marked(self._inline(child), "**") if bold else self._inline(child))
            elif tag == f"{_TEXT}line-break":
                parts.append("\n")
            elif tag in {f"{_TEXT}s", f"{_TEXT}tab"}:
                parts.append(" ")
            elif tag not in {f"{_TEXT}note", f"{_TEXT}bookmark"} and isinstance(tag, str):
                parts.append(self._inline(child))
            parts.append(quoted(child.tail or ""))
        return "".join(parts)

    def _is_bold(self, style: str) -> bool:
        while style:
            if style in self.bold:
                return True
            style = self.parents.get(style, "")
        return False

    def _named(self, style: str) -> str:
        """The style a person chose: automatic ones are P1, P2, …"""
        while re.fullmatch(r"P\d+", style) and self.parents.get(style):
            style = self.parents[style]
        return (
            style.replace("_20_", " ").replace("Text body", "")
            if not re.fullmatch(r"P\d+", style)
            else ""
        )
