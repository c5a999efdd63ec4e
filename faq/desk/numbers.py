"""Numbers: questions a day, how they ended, what helped, what is missing; charts as SVG,
coloured by the classes of `desk.css`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from html import escape

from markupsafe import Markup
from starlette.responses import Response

from faq.desk.page import Visit
from faq.model import Outcome

DAYS = 30
TOP = 8
#: How outcomes are told together.
SERIES = {
    "answered": {Outcome.ANSWER, Outcome.CHAT},
    "gap": {Outcome.GAP},
    "asked-back": {Outcome.SUGGEST},
    "unanswered": {Outcome.FALLBACK},
    "alert": {Outcome.EMERGENCY, Outcome.SELF_HARM, Outcome.PERSONAL_ADVICE},
}
_WIDTH, _HEIGHT, _LEFT, _BOTTOM = 640, 220, 34, 26


async def shown(visit: Visit) -> Response:
    """The last thirty days."""
    journal = visit.desk.journal
    if journal is None:
        return visit.draw("numbers.html", total=None)
    today = datetime.now(UTC).date()
    days = [(today - timedelta(days=n)).isoformat() for n in reversed(range(DAYS))]
    by_day = journal.by_day(days=DAYS)
    series = {
        name: [sum(by_day.get((day, outcome), 0) for outcome in outcomes) for day in days]
        for name, outcomes in SERIES.items()
    }
    known = visit.desk.live.knowledge.by_id
    entries = [(known[i], count) for i, count in journal.by_entry(days=DAYS).items() if i in known]
    top = [(e.question, n) for e, n in entries if e.kind is Outcome.ANSWER][:TOP]
    gaps = [(e.question, n) for e, n in entries if e.kind is Outcome.GAP][:TOP]
    yes, no = journal.helpful(days=DAYS)
    return visit.draw(
        "numbers.html",
        total=sum(map(sum, series.values())),
        sums={name: sum(values) for name, values in series.items()},
        chart=stacked(days, series, "Questions a day in the last thirty days"),
        top=bars(top, "Answers given most") if top else "",
        gaps=bars(gaps, "Gaps asked for most") if gaps else "",
        helpful=(yes, no),
    )


def stacked(days: Sequence[str], series: Mapping[str, Sequence[int]], title: str) -> Markup:
    """One bar a day, filled from below by the series; names of series are CSS classes too."""
    totals = [sum(values) for values in zip(*series.values(), strict=True)] or [0]
    most = _round_up(max([*totals, 1]))
    step = (_WIDTH - _LEFT) / max(len(days), 1)
    parts = [_scale(most)]
    for number, day in enumerate(days):
        x, y = _LEFT + number * step, float(_HEIGHT - _BOTTOM)
        for name, values in series.items():
            height = (_HEIGHT - _BOTTOM - 10) * values[number] / most
            y -= height
            tip = escape(f"{day}: {values[number]} {name}")
            if height:
                parts.append(
                    f'<rect x="{x + 1:.1f}" y="{y:.1f}" width="{max(step - 2, 1):.1f}"'
                    f' height="{height:.1f}" class="s-{escape(name)}"><title>{tip}</title></rect>'
                )
    for number in range(0, len(days), max(1, len(days) // 5)):
        x = _LEFT + number * step
        told = date.fromisoformat(days[number])
        parts.append(f'<text x="{x:.1f}" y="{_HEIGHT - 8}">{told.day} {told:%b}</text>')
    return _svg(parts, title, _HEIGHT)


def bars(rows: Sequence[tuple[str, int]], title: str) -> Markup:
    """A list with a bar each, the longest as long as there is room; its words are text."""
    most = max([count for _, count in rows] or [1])
    items = "".join(
        f"<li><span>{escape(name)}</span> <b>{count}</b>"
        '<svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{100 * count / most:.1f}" height="1" class="bar"/></svg></li>'
        for name, count in rows
    )
    return Markup(f'<ol class="bars" aria-label="{escape(title)}">{items}</ol>')


def _round_up(most: int) -> int:
    """A round number not below: the scale's top."""
    size = int(10 ** (len(str(most)) - 1))
    return next(n for n in (size, 2 * size, 5 * size, 10 * size) if n >= most)


def _scale(most: int) -> str:
    lines = []
    for value in (0, most // 2, most) if most > 1 else (0, 1):
        y = _HEIGHT - _BOTTOM - (_HEIGHT - _BOTTOM - 10) * value / most
        lines.append(f'<line x1="{_LEFT}" x2="{_WIDTH}" y1="{y:.1f}" y2="{y:.1f}" class="rule"/>')
        lines.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value}</text>')
    return "".join(lines)


def _svg(parts: Sequence[str], title: str, height: int) -> Markup:
    head = f'<svg role="img" aria-label="{escape(title)}" viewBox="0 0 {_WIDTH} {height}">'
    return Markup(f"{head}{''.join(parts)}</svg>")
