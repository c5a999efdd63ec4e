"""When the team reads: days and times as people write them, in the team's own zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.telegram.experts.texts import say
from faq import FAQError, Knowledge, load
from faq.hours import Hours, Span, read_spans
from tests import folders
from tests.conftest import Start
from tests.experts.asking import handed_on
from tests.strict_telegram.chat import Chat

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = Hours(BERLIN, read_spans(["Mon-Fri 9:00-12:30", "mon-fri 14-17", "Sat 10:00-12:00"]))


def at(text: str) -> datetime:
    """A moment in UTC: 2026-01-05 is a Monday."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "is_open", "next_"),
    [
        ("2026-01-05 07:59", False, "Mon 05 09:00"),
        ("2026-01-05 08:00", True, "Mon 05 14:00"),
        ("2026-01-05 12:00", False, "Mon 05 14:00"),
        ("2026-01-09 16:00", False, "Sat 10 10:00"),
        ("2026-01-10 11:00", False, "Mon 12 09:00"),
        ("2026-07-06 07:00", True, "Mon 06 14:00"),  # summer: two hours before UTC
    ],
)
def test_open_and_next(moment: str, is_open: bool, next_: str) -> None:
    now = at(moment)
    assert WEEK.is_open(now) is is_open
    opening = WEEK.next_opening(now)
    assert opening and opening.strftime("%a %d %H:%M") == next_


def test_days_on_which_nobody_reads() -> None:
    closed = Hours(BERLIN, WEEK.spans, frozenset({date(2026, 1, 5), date(2026, 1, 6)}))
    assert not closed.is_open(at("2026-01-05 09:00"))
    opening = closed.next_opening(at("2026-01-04 09:00"))
    assert opening and opening.date() == date(2026, 1, 7)
    never = Hours(BERLIN, ())
    assert never.next_opening(at("2026-01-04 09:00")) is None


def test_a_week_may_begin_on_any_day_and_last_until_midnight() -> None:
    assert read_spans(["Fri-Mon 0-24"]) == tuple(Span(day, 0, 1440) for day in (0, 4, 5, 6))


@pytest.mark.parametrize("text", ["", "9-17", "Mon 17-9", "Mon 9-25", "Foo 9-17", "Mon 9:99-17"])
def test_what_is_no_day_and_time(text: str) -> None:
    with pytest.raises(ValueError, match=text or "^$"):
        read_spans([text])


def knowledge(folder: Path, hours: str) -> Knowledge:
    return load(folders.write(folder, faq=folders.MAIN + f"[hours]\n{hours}"))


def test_it_is_said_only_while_nobody_reads(tmp_path: Path) -> None:
    known = knowledge(tmp_path, 'zone = "Europe/Berlin"\nopen = ["Mon-Fri 9:00-17:00"]')
    told = say("added", "en", known, now=at("2026-01-09 18:00"))
    assert told == (
        "Passed on to the team. The team reads Monday\u2013Friday 9:00\u201317:00 (time of Berlin);"
        " next on Monday at 9:00."
    )
    assert "lundi" in say("added", "fr", known, now=at("2026-01-09 18:00"))
    assert say("added", "en", known, now=at("2026-01-09 10:00")) == "Passed on to the team."


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ('zone = "Europe/Atlantis"\nopen = ["Mon 9-17"]', "zone 'Europe/Atlantis' is unknown"),
        ('zone = "../etc"\nopen = ["Mon 9-17"]', "is unknown"),
        ('zone = "UTC"\nopen = ["weekdays"]', "'weekdays' is no day and time"),
        ('zone = "UTC"\nclosed = ["Christmas"]', "closed must hold dates"),
        ('open = ["Mon 9-17"]', "zone is missing"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, hours: str, said: str) -> None:
    with pytest.raises(FAQError, match=said):
        knowledge(tmp_path, hours)


def test_outside_its_hours_the_team_is_said_to_read_later(
    content: Path, team: Chat, ann: Chat, start_bot: Start
) -> None:
    day = (datetime.now(UTC) + timedelta(days=2)).strftime("%a")
    hours = f'[hours]\nzone = "UTC"\nopen = ["{day} 9:00-17:00"]\n'
    (content / "faq.toml").write_text(folders.MAIN + hours, "utf-8")
    start_bot(FAQ_EXPERTS=str(team.id))
    assert "9:00\u201317:00 (time of UTC); next on" in handed_on(ann).text
