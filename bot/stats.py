"""What was asked lately, for the curator: a few lines, and a small chart where Pillow is there."""

from __future__ import annotations

import io
import time
from datetime import UTC, datetime, timedelta

from bot.journal import DAY, SQLiteJournal
from faq import Knowledge, Outcome

DAYS = 14
TOP = 5
#: Size of the chart in pixels: sharp on a phone, small to send.
WIDTH, HEIGHT, MARGIN = 900, 420, 48
INK, BAR, PAPER = "#2b3a4a", "#2a7f91", "#fdf8f0"


def days(journal: SQLiteJournal, now: float | None = None) -> dict[str, int]:
    """Questions a day for the last two weeks, days without questions too."""
    end = datetime.fromtimestamp(now or time.time(), UTC).date()
    counted = journal.counts("day", since=(now or time.time()) - DAYS * DAY)
    wanted = [str(end - timedelta(days=back)) for back in reversed(range(DAYS))]
    return {day: counted.get(day, 0) for day in wanted}


def summary(journal: SQLiteJournal, knowledge: Knowledge) -> str:
    """Counts of the last two weeks, to read."""
    since = time.time() - DAYS * DAY
    outcomes = journal.counts("outcome", since=since)
    helpful = journal.counts("helpful", since=since)
    told = sum(helpful.values())
    lines = [
        f"Questions in {DAYS} days: {sum(outcomes.values())}",
        ", ".join(f"{name} {count}" for name, count in outcomes.items()),
        f"Called helpful: {helpful.get('1', 0)} of {told}"
        if told
        else "Nobody tapped 👍 or 👎 yet.",
        _top("Most asked", journal, knowledge, since, Outcome.ANSWER),
        _top("Most asked gaps", journal, knowledge, since, Outcome.GAP),
    ]
    return "\n".join(line for line in lines if line)


def _top(
    title: str, journal: SQLiteJournal, knowledge: Knowledge, since: float, outcome: Outcome
) -> str:
    counted = journal.counts("entry", since=since, outcome=outcome)
    known = [(knowledge.by_id[i].question, n) for i, n in counted.items() if i in knowledge.by_id]
    return "\n".join([title + ":", *(f"  {n}x {q}" for q, n in known[:TOP])]) if known else ""


def chart(counts: dict[str, int]) -> bytes | None:
    """A bar chart of questions a day as PNG; None where Pillow is not installed."""
    try:
        from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415 - extra `curator`
    except ImportError:
        return None
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    small, large = (ImageFont.load_default(size) for size in (20, 28))
    draw.text((MARGIN, 16), "Questions a day", INK, large)
    step, floor = (WIDTH - 2 * MARGIN) / len(counts), HEIGHT - MARGIN
    tallest = max(1, *counts.values())
    for number, (day, count) in enumerate(counts.items()):
        left, right = MARGIN + number * step + 5, MARGIN + (number + 1) * step - 5
        middle, top = (left + right) / 2, floor - (floor - 96) * count / tallest
        if count:
            draw.rounded_rectangle((left, top, right, floor), 6, BAR)
            draw.text((middle, top - 4), str(count), INK, small, anchor="mb")
        draw.text((middle, floor + 8), str(int(day[-2:])), INK, small, anchor="mt")
    draw.line((MARGIN, floor, WIDTH - MARGIN, floor), INK, 2)
    stream = io.BytesIO()
    image.save(stream, "PNG", optimize=True)
    return stream.getvalue()
