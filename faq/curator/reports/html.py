"""What a check and an evaluation found, as pages that stand by themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby
from pathlib import Path

from faq.curator.check import Checked, Coverage, Examination
from faq.curator.cross_validation import governed, inside, outside, scored
from faq.curator.evaluation import Judgement, Verdict, by_kind, confusions, led, reliability
from faq.curator.lint import Finding
from faq.curator.reports import charts as chart
from faq.curator.reports.text import FIGURES, reply_name
from faq.curator.thresholds import Effect, effect
from faq.model import Knowledge, Thresholds

STYLE = Path(__file__).parents[1] / "data" / "page.css"


def page(title: str, lead: str, parts: Iterable[str]) -> str:
    """A whole page."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE.read_text(encoding='utf-8')}</style></head>"
        f'<body><h1>{escape(title)}</h1><p class="lead">{escape(lead)}</p>'
        + "\n".join(parts)
        + "</body></html>\n"
    )


def section(heading: str, lead: str, *cards: str) -> str:
    """A headed part of a page; empty without anything to show."""
    shown = "".join(f'<div class="card">{card}</div>' for card in cards if card)
    around = f'<div class="columns">{shown}</div>' if len(cards) > 1 else shown
    return f"<h2>{escape(heading)}</h2><p class='soft'>{escape(lead)}</p>{around}" if shown else ""


def tiles(figures: Iterable[tuple[str, str, str]]) -> str:
    """Figures at a glance: each a value, what it is, and `good`, `bad` or nothing."""
    shown = (
        f'<div class="tile {mood}"><b>{escape(value)}</b><span>{escape(name)}</span></div>'
        for value, name, mood in figures
    )
    return f'<div class="tiles">{"".join(shown)}</div>'


def table(headings: Sequence[str], rows: Iterable[Sequence[str | int | float]]) -> str:
    """A table; numbers stand right."""
    head = "".join(f"<th>{escape(h)}</th>" for h in headings)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>" if body else ""


def _cell(value: str | int | float) -> str:
    if isinstance(value, str):
        return f"<td>{escape(value)}</td>"
    text = f"{value:.1f}" if isinstance(value, float) else str(value)
    return f'<td class="number">{text}</td>'


def legend(names: Iterable[tuple[str, str]]) -> str:
    """What the colours mean: class and name of each."""
    shown = (f'<span><i class="{css}"></i>{escape(name)}</span>' for css, name in names)
    return f'<div class="legend">{"".join(shown)}</div>'


#: Entries a confusion matrix shows before it can no longer be read.
LARGEST_MATRIX = 45
DARKEST = 4


def check_page(examination: Examination) -> str:
    """The whole page."""
    checked = examination.checked
    title = checked.knowledge.title if checked else "This folder does not load"
    shown = [_tiles(examination), *(_quality(checked) if checked else [])]
    return page(title, "What python -m faq check found", [*shown, _findings(examination.findings)])


def _tiles(examination: Examination) -> str:
    warnings = len(examination.findings) - examination.errors
    figures = [
        (str(examination.errors), "errors", "bad" if examination.errors else "good"),
        (str(warnings), "warnings", ""),
    ]
    if examination.checked:
        knowledge, covered = examination.checked.knowledge, examination.checked.coverage
        phrasings = sum(len(entry.phrasings) for entry in knowledge.entries)
        used = len(covered.uses) - len(covered.unused)
        figures += [
            (str(len(knowledge.entries)), f"entries, {phrasings} phrasings", ""),
            (f"{100 * examination.checked.led_right.share:.0f} %", "still lead unseen", ""),
            (f"{used} of {len(covered.uses)}", "passages quoted", ""),
        ]
    return tiles(figures)


def _quality(checked: Checked) -> Iterable[str]:
    yield _thresholds(checked)
    yield section(
        "The document",
        "Each passage is the darker, the more entries quote it; red ones no entry uses.",
        _coverage(checked.knowledge, checked.coverage),
    )
    yield section(
        "What leads where",
        "Each phrasing was held out and asked as if it were new. Rows are its own entry, columns "
        "the entry that led: green is right, red is taken for another.",
        _matrix(checked),
    )
    yield section(
        "What a score means",
        "Of the replies that scored 80, eight in ten should be right. Larger dots stand for "
        "more replies.",
        chart.reliability(reliability(scored(checked.rehearsals))),
        _histogram(checked),
    )


def _thresholds(checked: Checked) -> str:
    rows = [*_effect_bars("now", checked, checked.knowledge.thresholds)]
    if checked.chosen:
        rows += _effect_bars("chosen", checked, checked.chosen)
    names = [
        ("right", "right"),
        ("offered", "asked back"),
        ("declined", "declined"),
        ("wrong", "wrong answer"),
    ]
    origin = checked.chosen.origin if checked.chosen else "Too few phrasings to choose from."
    return section("Thresholds", origin, legend(names) + chart.bars(rows))


def _effect_bars(
    name: str, checked: Checked, thresholds: Thresholds
) -> Iterable[tuple[str, list[chart.Share]]]:
    found = effect(checked.rehearsals, thresholds)
    pair = f"{name} ({thresholds.answer:.0f} / {thresholds.suggest:.0f})"
    yield f"{pair}: its own phrasings", _own(found)
    yield f"{pair}: no entry fits", _others(found)


def _own(found: Effect) -> list[chart.Share]:
    return [
        ("right", found.right.share),
        ("offered", found.asked_back.share),
        ("declined", found.declined.share),
        ("wrong", found.wrong.share),
    ]


def _others(found: Effect) -> list[chart.Share]:
    asked, answered = found.outside_asked_back.share, found.outside_answered.share
    return [("right", 1 - asked - answered), ("offered", asked), ("wrong", answered)]


def _histogram(checked: Checked) -> str:
    asked = governed(checked.rehearsals)
    layers = [
        ("right", [r.score for r in inside(asked) if r.right]),
        ("wrong", [r.score for r in inside(asked) if not r.right]),
        ("declined", [r.score for r in outside(asked)]),
    ]
    names = [("right", "led right"), ("wrong", "led wrong"), ("declined", "no entry fits")]
    limits = checked.chosen or checked.knowledge.thresholds
    lines = [("suggest", limits.suggest), ("answer", limits.answer)]
    return legend(names) + chart.histogram(layers, lines)


def _coverage(knowledge: Knowledge, covered: Coverage) -> str:
    quoting: dict[str, list[str]] = {}
    for entry in knowledge.entries:
        for passage in entry.quotes:
            quoting.setdefault(passage.id, []).append(entry.id)
    parts = []
    for heading, group in groupby(covered.uses, lambda use: use[0].section):
        sentences = (
            f'<span class="c{min(uses, DARKEST)}" '
            f'title="{escape(", ".join(quoting.get(passage.id, ["no entry"])))}">'
            f"<sup>{escape(passage.id)}</sup> {escape(passage.text)}</span>"
            for passage, uses in group
        )
        parts.append(f"<h3>{escape(heading)}</h3><p>{' '.join(sentences)}</p>")
    colours = legend((f"c{n}", ("no entry", "1 entry", "2", "3", "4 or more")[n]) for n in range(5))
    return f'{colours}<div class="document">{"".join(parts)}</div>' if parts else ""


def _matrix(checked: Checked) -> str:
    counts = Counter((r.entry or "", r.leader) for r in inside(checked.rehearsals))
    trouble = Counter[str]()
    for (own, leader), count in checked.confused.items():
        trouble.update({own: count, leader: count})
    names = {name for name, _ in trouble.most_common(LARGEST_MATRIX)}
    return chart.matrix([e.id for e in checked.knowledge.entries if e.id in names], counts)


def _findings(findings: Iterable[Finding]) -> str:
    by_rule = sorted(findings, key=lambda f: (f.level, f.rule))
    groups = (_group(rule, list(found)) for rule, found in groupby(by_rule, lambda f: f.rule))
    return section(
        "Findings",
        "Errors must be mended; warnings are for you to judge.",
        "".join(groups) or "<p>Nothing to mend.</p>",
    )


def _group(rule: str, found: list[Finding]) -> str:
    level = found[0].level
    opened = " open" if level == "error" or len(found) <= 5 else ""
    rows = table(
        ["where", "what, and the cure"], ((f"{f.file}:{f.line}", f.message) for f in found)
    )
    heading = (
        f'<span class="{level}">{rule}</span> <span class="count">{len(found)} {level}s</span>'
    )
    return f"<details{opened}><summary>{heading}</summary>{rows}</details>"


def evaluation_page(title: str, judged: Sequence[Judgement]) -> str:
    """The whole page."""
    parts = [
        _verdict_tiles(judged),
        _verdicts(judged),
        _reliability(judged),
        _confusions(judged),
        _cases(judged),
    ]
    return page(title, f"{len(judged)} labelled questions, asked and judged", parts)


def _verdict_tiles(judged: Sequence[Judgement]) -> str:
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
