"""The sentences of this room, in a person's language or in English."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache

from bot.ui.texts import FOLDER, fill
from faq import Knowledge
from faq.hours import Hours

PLACE = FOLDER / "person"
TO = "\u2013"


@cache
def _sentences(code: str) -> Mapping[str, str]:
    file = PLACE / f"{code}.toml"
    english = tomllib.loads((PLACE / "en.toml").read_text("utf-8"))
    return {**english, **(tomllib.loads(file.read_text("utf-8")) if file.exists() else {})}


def say(
    name: str, language: str, knowledge: Knowledge, *, now: datetime | None = None, **values: str
) -> str:
    """A sentence; `{hours}` in it is when the team reads, as the content says it or its clock."""
    sentence = _sentences(language)[name]
    if "{hours}" in sentence:
        hours = _own_hours(language, knowledge) or _away(
            language, knowledge.hours, now or datetime.now(UTC)
        )
        sentence = fill(sentence, hours=hours)
    sentence = fill(sentence, **values)
    return "\n".join(" ".join(line.split()) for line in sentence.strip().split("\n"))


def _own_hours(language: str, knowledge: Knowledge) -> str:
    return knowledge.texts_in.get(language, knowledge.texts).get("hours", "")


def _away(language: str, hours: Hours | None, now: datetime) -> str:
    """When the team reads, and when next; nothing while it does."""
    if hours is None or hours.is_open(now):
        return ""
    sentences = _sentences(language)
    names = sentences["weekdays"].split(", ")
    parts = []
    for first, last, times in hours.week():
        days = names[first] + (TO + names[last] if last > first else "")
        parts.append(f"{days} " + ", ".join(TO.join(map(_time, span)) for span in times))
    week = ", ".join(parts)
    opening = hours.next_opening(now)
    if opening is None:
        return ""
    place = hours.zone.key.rpartition("/")[2].replace("_", " ")
    day = names[opening.weekday()]
    time = _time(60 * opening.hour + opening.minute)
    return fill(sentences["away"], week=week, place=place, day=day, time=time)


def _time(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"
