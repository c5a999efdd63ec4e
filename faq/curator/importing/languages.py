"""What an export says in several languages: one of them is taken."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_CODE = re.compile(r"[a-z]{2}(?:[-_](?:[A-Za-z]{2}|[A-Z][a-z]{3}))?")
#: A key that names a language: "question_en", "answerFr".
_SPOKEN_KEY = re.compile(r"(?P<name>[^\W\d]+?)(?:[_.-](?P<code>[a-z]{2})|(?P<camel>[A-Z][a-z]))")


@dataclass(slots=True)
class Spoken:
    """The language that is taken of all data, and those that are left out."""

    taken: str = ""
    others: dict[str, None] = field(default_factory=dict)

    def one_of(self, languages: Sequence[str]) -> str:
        """The one of these that is taken; empty where none is."""
        self.taken = self.taken or next(iter(languages), "")
        self.others |= dict.fromkeys(name for name in languages if name != self.taken)
        return self.taken if self.taken in languages else ""

    def remarks(self) -> tuple[str, ...]:
        """What a curator should know of it."""
        others = ", ".join(self.others)
        told = f"left out, as in another language: {others}. To take one, delete “{self.taken}”"
        return (told,) if others else ()


def languages_of(value: Any) -> list[str]:
    """The languages by which a table says the same; none where its keys are something else.

    What most of them hold, or nothing, all do: {"id": 7, "en": {…}, "fr": {…}} has two.
    """
    if not isinstance(value, Mapping) or not all(_CODE.fullmatch(str(key)) for key in value):
        return []
    kinds = Counter(type(said) for said in value.values() if isinstance(said, str | list | dict))
    of_most = {kind for kind, _ in kinds.most_common(1)} | {type(None)}
    keys = [str(key) for key, said in value.items() if type(said) in of_most]
    return keys if len(keys) > 1 else []


def by_language(data: Mapping[Any, Any], known: Collection[str]) -> Mapping[Any, Any]:
    """A table with what keys like "question_en" say below the known name they begin with.

    A table that has this name itself keeps what it says there.
    """
    spoken: dict[str, dict[str, Any]] = {}
    for key, value in data.items():
        match = _SPOKEN_KEY.fullmatch(str(key))
        if match and match["name"].lower() in known:
            code = (match["code"] or match["camel"]).lower()
            spoken.setdefault(match["name"].lower(), {})[code] = value
    told = {name: said for name, said in spoken.items() if len(said) > 1 and not data.get(name)}
    return {**data, **told}
