"""What content files hold: the fields of an entry, and texts of a folder's own.

The loader, the spreadsheet, the content store and the diagnosis of a broken file read these tables:
a field that stands here is lost nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["ENTRY_FIELDS", "OWN_TEXTS", "Field", "Shape"]


class Shape(StrEnum):
    """What a field of an entry holds in a file: how a spreadsheet writes it follows from that."""

    TEXT = "text"
    TEXTS = "texts"
    ROWS = "rows"
    TABLES = "tables"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an entry: its key in a file, its attribute of `Entry`, its shape."""

    key: str
    shape: Shape
    attribute: str = ""

    @property
    def name(self) -> str:
        """The attribute of `Entry`."""
        return self.attribute or self.key


#: All fields of an entry, in a spreadsheet's order.
ENTRY_FIELDS = (
    Field("id", Shape.TEXT),
    Field("kind", Shape.TEXT),
    Field("topic", Shape.TEXT),
    Field("question", Shape.TEXT),
    Field("answer", Shape.TEXT),
    Field("short", Shape.TEXT),
    Field("paraphrases", Shape.TEXTS),
    Field("quotes", Shape.TEXTS),
    Field("notes", Shape.TEXTS),
    Field("related", Shape.TEXTS),
    Field("picture", Shape.TEXT),
    Field("comparison", Shape.ROWS),
    Field("calm", Shape.TEXTS),
    Field("draft", Shape.FLAG),
    Field("trigger", Shape.TABLES, "triggers"),  # last: TOML takes what follows for the trigger's
)

#: What a content folder may say in its own words under [texts], with the longest each may be:
#: room is left for what is joined to it.
OWN_TEXTS = {
    "source": 60,
    "checked": 200,
    "welcome": 2000,
    "disclaimer": 1000,
    "about": 3000,
    "danger": 300,
    "fallback": 3000,
    "suggest": 3000,
    "not_text": 300,
    "description": 500,
    "short_description": 120,
    "hours": 200,
}
