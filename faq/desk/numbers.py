"""Numbers: questions a day, how they ended, what helped, what is missing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from starlette.responses import Response

from faq.desk import charts
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
        chart=charts.stacked(days, series, "Questions a day in the last thirty days"),
        top=charts.bars(top, "Answers given most") if top else "",
        gaps=charts.bars(gaps, "Gaps asked for most") if gaps else "",
        helpful=(yes, no),
    )
