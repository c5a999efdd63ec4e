"""Document: its sentences, which answers use them, and which nobody does."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from faq.desk.page import Visit


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with the answers that rest on it: their ids and questions."""

    id: str
    text: str
    used: tuple[tuple[str, str], ...]


async def shown(visit: Visit) -> Response:
    """The document, section by section."""
    tables = visit.desk.tables(visit.desk.workbench())
    users: dict[str, list[tuple[str, str]]] = {}
    for identity, (_, table) in tables.items():
        for name in table.get("quotes", ()):
            users.setdefault(name, []).append((identity, str(table["question"])))
    sections: dict[str, list[Sentence]] = {}
    for passage in visit.desk.live.knowledge.passages:
        sentence = Sentence(passage.id, passage.text, tuple(users.get(passage.id, ())))
        sections.setdefault(passage.section, []).append(sentence)
    sentences = [each for section in sections.values() for each in section]
    used = sum(bool(each.used) for each in sentences)
    return visit.draw("document.html", sections=sections, used=used, count=len(sentences))
