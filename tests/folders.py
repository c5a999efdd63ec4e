"""Small content folders for tests: written to disk, loaded by the real loader."""

from __future__ import annotations

from pathlib import Path

MAIN = 'title = "Tea"\nreviewed = 2026-01-31\ntopics = ["Leaves", "Water"]\n'
DOCUMENT = "Tea is a drink.\n\nWater for green tea is not boiling.\n"
PASSAGES = """
[[passage]]
id = "S1"
text = "Tea is a drink."
section = "Basics"

[[passage]]
id = "S2"
text = "Water for green tea is not boiling."
section = "Brewing"
"""
ENTRIES = """
[[entry]]
id = "what-is-tea"
topic = "Leaves"
question = "What is tea?"
answer = "The document says tea is a drink."
quotes = ["S1"]
related = ["how-hot"]
paraphrases = ["tea meaning", "explain tea to me", "is tea a drink"]

[[entry]]
id = "how-hot"
topic = "Water"
question = "How hot should the water be?"
answer = "The document says not boiling."
quotes = ["S2"]
paraphrases = ["water temperature", "boiling water or not", "how warm for green tea"]
"""


def write(folder: Path, **changed: str) -> Path:
    """A sound content folder; `changed` replaces files by their name before the dot."""
    files = {
        "faq": MAIN,
        "document": DOCUMENT,
        "passages": PASSAGES,
        "entries": ENTRIES,
    } | changed
    for name, text in files.items():
        ending = "txt" if name in {"document", "negatives"} else "toml"
        (folder / f"{name}.{ending}").write_text(text, encoding="utf-8")
    return folder
