"""Word and LibreOffice documents as blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from faq.curator.importing.blocks import Block, Kind, joined
from faq.curator.importing.html import linked
from faq.markup import quoted

_PLAIN_STYLES = frozenset({"normal", "body text", "standard", "text body", "default", "no spacing"})


def docx_blocks(file: Path) -> list[Block]:
    """The paragraphs, items and rows of a .docx in their order."""
    from docx import Document  # noqa: PLC0415 - optional: the extra `documents`

    return list(_Docx(Document(str(file))).blocks())


class _Docx:
    def __init__(self, document: Any) -> None:
        from docx.oxml.ns import qn  # noqa: PLC0415 - optional: the extra `documents`

        self.qn = qn
        self.document = document
        self.links = {
            name: part.target_ref
            for name, part in document.part.rels.items()
            if part.is_external and "hyperlink" in part.reltype
        }
        self.tables = 0
        self.styles = {s.style_id: s for s in document.styles if hasattr(s, "style_id")}

    def blocks(self) -> Iterator[Block]:
        yield from self._within(self.document.element.body)

    def _within(self, element: Any) -> Iterator[Block]:
        qn = self.qn
        for child in element:
            if child.tag == qn("w:p"):
                yield from self._paragraph(child)
                for box in self._boxes(child):
                    yield from self._within(box)
            elif child.tag == qn("w:tbl"):
                yield from self._table(child)
            elif child.tag == qn("w:sdt"):
                if "Table of Contents" not in "".join(child.xpath(".//w:docPartGallery/@w:val")):
                    yield from self._within(child.find(qn("w:sdtContent")))
            elif child.tag in {qn("w:ins"), qn("w:customXml"), qn("w:smartTag")}:
                yield from self._within(child)

    def _boxes(self, paragraph: Any) -> list[Any]:
        """Text boxes, once: Word writes each for new and for old versions."""
        found = paragraph.findall(f".//{self.qn('w:txbxContent')}")
        fallback = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
        return [box for box in found if all(a.tag != fallback for a in box.iterancestors())]

    def _table(self, table: Any) -> Iterator[Block]:
        qn = self.qn
        rows = table.findall(qn("w:tr"))
        widths = [len(row.findall(qn("w:tc"))) for row in rows]
        if max(widths, default=0) <= 1:  # a frame around text
            for cell in table.iter(qn("w:tc")):
                yield from self._within(cell)
            return
        self.tables += 1
        number = self.tables
        for row in rows:
            cells = [self._cell(cell) for cell in row.findall(qn("w:tc"))]
            if any(cells):
                yield Block(Kind.ROW, " | ".join(cells), path=(number,))

    def _cell(self, cell: Any) -> str:
        return re.sub(r"\n\s*", "\n", joined(list(self._within(cell))))

    def _paragraph(self, element: Any) -> Iterator[Block]:
        style = self._style(element)
        if re.match(r"(?i)toc|contents|verzeichnis|inhalt", style):
            return
        text, strong = cleaned("".join(self._runs(element, style)))
        if not text:
            return
        heading = self._level(element, style)
        if heading:
            yield Block(Kind.HEADING, text.replace("**", ""), level=heading)
        elif self._is_item(element, style):
            level, marker = self._list_level(element), self._marker(element, style)
            yield Block(Kind.ITEM, text, level + 1, strong, named_style(style), marker)
        else:
            look = " ".join(filter(None, (named_style(style), self._colour(element))))
            yield Block(Kind.PARAGRAPH, text, 0, strong, look)

    def _colour(self, element: Any) -> str:
        """The colour of a paragraph's letters, where all of it has one, or its underline."""
        runs = [r for r in element.iter(self.qn("w:r")) if "".join(r.itertext()).strip()]
        looks = {
            (
                "".join(run.xpath("./w:rPr/w:color/@w:val")).lower().replace("auto", ""),
                "".join(run.xpath("./w:rPr/w:u/@w:val")).lower().replace("none", ""),
            )
            for run in runs
        }
        return " ".join(filter(None, looks.pop())) if len(looks) == 1 else ""

    def _style(self, element: Any) -> str:
        named = "".join(element.xpath("./w:pPr/w:pStyle/@w:val"))
        style = self.styles.get(named)
        return str(style.name) if style is not None else named

    def _level(self, element: Any, style: str) -> int:
        outline = element.xpath("./w:pPr/w:outlineLvl/@w:val")
        if outline and int(outline[0]) < 9:
            return int(outline[0]) + 1
        if style.lower() in {"title", "titel"}:
            return 1
        found = re.match(
            r"(?i)(?:heading|überschrift|titre|título|titolo|заголовок)\s*(\d)?", style
        )
        return (int(found[1] or 1) + 1) if found else 0

    def _is_item(self, element: Any, style: str) -> bool:
        if element.xpath("./w:pPr/w:numPr"):
            return "".join(element.xpath("./w:pPr/w:numPr/w:numId/@w:val")) != "0"
        return style.lower().startswith(("list bullet", "list number"))

    def _list_level(self, element: Any) -> int:
        level = "".join(element.xpath("./w:pPr/w:numPr/w:ilvl/@w:val"))
        return int(level) if level.isdigit() else 0

    def _marker(self, element: Any, style: str) -> str:
        return "-"

    def _runs(self, element: Any, style: str) -> Iterator[str]:
        qn = self.qn
        for child in element:
            if child.tag == qn("w:r"):
                yield self._run(child, style)
            elif child.tag == qn("w:hyperlink"):
                words = "".join(self._runs(child, style))
                target = self.links.get(child.get(qn("r:id")) or "", "")
                yield linked(words, target) if target else words
            elif child.tag in {qn("w:ins"), qn("w:smartTag"), qn("w:fldSimple")}:
                yield from self._runs(child, style)
            elif child.tag == qn("w:sdt") and child.find(qn("w:sdtContent")) is not None:
                yield from self._runs(child.find(qn("w:sdtContent")), style)

    def _run(self, run: Any, style: str) -> str:
        qn = self.qn
        words = ""
        for child in run:
            if child.tag == qn("w:t"):
                words += child.text or ""
            elif child.tag in {qn("w:br"), qn("w:cr")}:
                words += "\n"
            elif child.tag == qn("w:tab"):
                words += " "
            elif child.tag == qn("w:noBreakHyphen"):
                words += "-"
        words = quoted(words)
        return marked(words, "**") if self._bold(run, style) else words

    def _bold(self, run: Any, style: str) -> bool:
        values = run.xpath("./w:rPr/w:b")
        if values:
            return values[0].get(self.qn("w:val")) not in {"0", "false", "none"}
        found = next((s for s in self.styles.values() if s.name == style), None)
        font = getattr(found, "font", None)
        return bool(font is not None and font.bold)


def named_style(style: str) -> str:
    return "" if style.lower() in _PLAIN_STYLES or style.lower().startswith("list") else style


def marked(words: str, mark: str) -> str:
    text = words.strip()
    if not re.sub(r"\W", "", text) or "\n" in text:
        return words
    before, after = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
    return f"{before}{mark}{text}{mark}{after}"


def cleaned(text: str) -> tuple[str, bool]:
    """Runs joined; a paragraph that is bold throughout is told apart and loses its marks."""
    joined = re.sub(r"\*\*(\s*)\*\*", r"\1", text)
    lines = "\n".join(" ".join(line.split()) for line in joined.split("\n")).strip()
    bare = re.sub(r"\*\*(?:(?!\*\*).)*\*\*", "", lines, flags=re.DOTALL)
    strong = "**" in lines and not re.sub(r"\W", "", bare)
    return (lines.replace("**", ""), True) if strong else (lines, False)
