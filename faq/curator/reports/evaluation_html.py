"""An evaluation as a page to look at."""

from __future__ import annotations

from collections.abc import Sequence

from faq.curator.evaluation import Judgement, Verdict, by_kind, confusions, led, reliability
from faq.curator.reports import charts as chart
from faq.curator.reports.html import legend, page, section, table, tiles
from faq.curator.reports.text import FIGURES, reply_name


def evaluation_page(title: str, judged: Sequence[Judgement]) -> str:
    """The whole page."""
    parts = [
        _tiles(judged),
        _verdicts(judged),
        _reliability(judged),
        _confusions(judged),
        _cases(judged),
    ]
    return page(title, f"{len(judged)} labelled questions, asked and judged", parts)


def _tiles(judged: Sequence[Judgement]) -> str:
    rates = ((name, rate(judged)) for name, rate in FIGURES.items())
    return tiles(
        (f"{100 * r.share:.1f} %", f"{name} ({r.count} of {r.total})", "bad" if r.count else "good")
        for name, r in rates
    )


def _verdicts(judged: Sequence[Judgement]) -> str:
    rows = [
        (f"{kind} ({counts.total()})", [(v.value, counts[v] / counts.total()) for v in Verdict])
        for kind, counts in by_kind(judged).items()
    ]
    colours = legend((verdict.value, verdict.value) for verdict in Verdict)
    return section(
        "By kind", "What came of the questions of each kind.", colours + chart.bars(rows)
    )


def _reliability(judged: Sequence[Judgement]) -> str:
    found = led(judged)
    layers = [
        ("right", [s.score for s in found if s.right]),
        ("wrong", [s.score for s in found if not s.right]),
    ]
    names = legend([("right", "led right"), ("wrong", "led wrong")])
    return section(
        "What a score means",
        "On the broken line a score is the chance to be right. Larger dots stand for more replies.",
        chart.reliability(reliability(found)),
        names + chart.histogram(layers, []),
    )


def _confusions(judged: Sequence[Judgement]) -> str:
    rows = ((c.wanted, c.led_to, c.count, c.example) for c in confusions(judged)[:20])
    return section(
        "Taken for another entry",
        "The most frequent first.",
        table(["meant", "led to", "times", "for example"], rows),
    )


def _cases(judged: Sequence[Judgement]) -> str:
    order = (Verdict.WRONG, Verdict.DECLINED, Verdict.OFFERED)
    rows = [
        (j.verdict.value, j.case.query, ", ".join(j.case.gold), reply_name(j))
        for verdict in order
        for j in judged
        if j.verdict is verdict
    ]
    lead = "Every question that did not get its answer at once, the worst first."
    return section("Not right at once", lead, table(["verdict", "asked", "wanted", "got"], rows))
