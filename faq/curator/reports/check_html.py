"""A check as a page to look at: findings, the document as the entries use it, confusions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from html import escape
from itertools import groupby

from faq.curator.check import Checked, Examination
from faq.curator.coverage import Coverage
from faq.curator.cross_validation import governed, inside, outside, scored
from faq.curator.evaluation import reliability
from faq.curator.finding import Finding
from faq.curator.reports import charts as chart
from faq.curator.reports.html import legend, page, section, table, tiles
from faq.curator.thresholds import Effect, effect
from faq.model import Knowledge, Thresholds

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
