"""What was asked lately, for the curator: a few lines and a small chart."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.storage.journal import Questions
from bot.ui.texts import CURATOR, fill
from faq import Knowledge, Outcome

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

DAYS = 14
TOP = 5
#: How outcomes are told to a curator, and drawn: from the foot of a bar to its top.
GROUPS: Mapping[str, tuple[str, frozenset[Outcome]]] = {
    CURATOR.answered: ("#2a7f91", frozenset({Outcome.ANSWER})),
    CURATOR.gap: ("#9cc5c9", frozenset({Outcome.GAP})),
    CURATOR.suggested: ("#e0b04c", frozenset({Outcome.SUGGEST})),
    CURATOR.not_answered: ("#c8553d", frozenset({Outcome.FALLBACK})),
    CURATOR.safety: (
        "#6b4c8a",
        frozenset({Outcome.EMERGENCY, Outcome.SELF_HARM, Outcome.PERSONAL_ADVICE}),
    ),
    CURATOR.small_talk: ("#b8b8b0", frozenset({Outcome.CHAT})),
}
#: Size of the chart in pixels: sharp on a phone, small to send.
WIDTH, HEIGHT, MARGIN, HEAD = 900, 520, 48, 150
INK, PAPER = "#2b3a4a", "#fdf8f0"

#: Questions a day by the name of their group.
Days = Mapping[str, Counter[str]]


def days(questions: Questions) -> Days:
    """Questions a day (UTC) for the last two weeks, days without questions too."""
    end = datetime.now(UTC).date()
    wanted = [str(end - timedelta(days=back)) for back in reversed(range(DAYS))]
    found: dict[str, Counter[str]] = {each: Counter() for each in wanted}
    for (asked, outcome), count in questions.by_day(days=DAYS).items():
        if asked in found:
            found[asked][_group(outcome)] += count
    return found


def _group(outcome: str) -> str:
    return next(name for name, (_, outcomes) in GROUPS.items() if outcome in outcomes)


def summary(questions: Questions, knowledge: Knowledge) -> str:
    """Counts of the last two weeks, to read."""
    total: Counter[str] = Counter()
    for outcome, count in questions.counts("outcome", days=DAYS).items():
        total[_group(outcome)] += count
    yes, no = questions.helpful(days=DAYS)
    lines = [
        fill(CURATOR.asked_lately, days=str(DAYS), count=str(total.total())),
        ", ".join(f"{name} {total[name]}" for name in GROUPS if total[name]),
        fill(CURATOR.called_helpful, helpful=str(yes), told=str(yes + no))
        if yes + no
        else CURATOR.nobody_told,
        _top(CURATOR.top_entries, questions, knowledge, Outcome.ANSWER),
        _top(CURATOR.top_gaps, questions, knowledge, Outcome.GAP),
    ]
    return "\n".join(line for line in lines if line)


def _top(title: str, questions: Questions, knowledge: Knowledge, outcome: Outcome) -> str:
    counted = questions.counts("entry", days=DAYS, outcome=outcome)
    known = [(knowledge.by_id[i].question, n) for i, n in counted.items() if i in knowledge.by_id]
    return "\n".join([title + ":", *(f"  {n}x {q}" for q, n in known[:TOP])]) if known else ""


def chart(counts: Days) -> bytes:
    """Stacked bars of questions a day by how they ended, as PNG."""
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415 - 8 MB that answers need not spend

    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    small, large = (ImageFont.load_default(size) for size in (20, 28))
    draw.text((MARGIN, 16), CURATOR.a_day, INK, large)
    _legend(draw, small)
    step, floor = (WIDTH - 2 * MARGIN) / len(counts), HEIGHT - MARGIN
    scale = (floor - HEAD) / max(1, *(day.total() for day in counts.values()))
    for number, (day, groups) in enumerate(counts.items()):
        left, right = MARGIN + number * step + 5, MARGIN + (number + 1) * step - 5
        foot = float(floor)
        for name, (colour, _) in GROUPS.items():
            if groups[name]:
                draw.rectangle((left, foot - groups[name] * scale, right, foot), colour)
                foot -= groups[name] * scale
        if groups:
            draw.text(((left + right) / 2, foot - 4), str(groups.total()), INK, small, anchor="mb")
        draw.text(((left + right) / 2, floor + 8), str(int(day[-2:])), INK, small, anchor="mt")
    draw.line((MARGIN, floor, WIDTH - MARGIN, floor), INK, 2)
    stream = io.BytesIO()
    image.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def _legend(draw: ImageDraw, font: object) -> None:
    """The groups' colours and names, three to a line."""
    for number, (name, (colour, _)) in enumerate(GROUPS.items()):
        x, y = MARGIN + number % 3 * 200, 60 + number // 3 * 30
        draw.rectangle((x, y + 3, x + 16, y + 19), colour)
        draw.text((x + 24, y), name, INK, font)  # type: ignore[arg-type]  # whatever Pillow gives
