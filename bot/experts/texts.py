"""The sentences of this room, in a person's language or in English."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache

from bot.ui.texts import FOLDER, fill
from faq import Knowledge

PLACE = FOLDER / "person"


@cache
def _sentences(code: str) -> Mapping[str, str]:
    file = PLACE / f"{code}.toml"
    english = tomllib.loads((PLACE / "en.toml").read_text("utf-8"))
    return {**english, **(tomllib.loads(file.read_text("utf-8")) if file.exists() else {})}


def say(name: str, language: str, knowledge: Knowledge, **values: str) -> str:
    """A sentence; the content's own [texts] may say when the team answers (`hours`)."""
    own = knowledge.texts.get("hours", "")
    sentence = fill(_sentences(language)[name], hours=own, **values)
    return "\n".join(" ".join(line.split()) for line in sentence.strip().split("\n"))
