"""What a check and an evaluation found, as data for JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from faq.curator.check import Checked, Examination
from faq.curator.cross_validation import scored
from faq.curator.evaluation import (
    Bin,
    Judgement,
    Rate,
    Verdict,
    answered_outside,
    by_kind,
    confusions,
    false_alarms,
    led,
    missed_emergencies,
    reliability,
)
from faq.curator.lint import Finding
from faq.curator.thresholds import effect
from faq.model import Thresholds


def check_json(examination: Examination) -> dict[str, object]:
    """Everything the text tells, and all pairs."""
    findings = [_finding_json(f) for f in examination.findings]
    report: dict[str, object] = {"errors": examination.errors, "findings": findings}
    if examination.checked:
        report |= _checked_json(examination.checked)
    return report


def _finding_json(found: Finding) -> dict[str, object]:
    return {
        "level": found.level.value,
        "rule": found.rule,
        "file": found.file,
        "line": found.line,
        "message": found.message,
    }


def _checked_json(checked: Checked) -> dict[str, object]:
    return {
        "led_right": rate_json(checked.led_right),
        "confused": [
            {"entry": own, "led_to": leader, "count": count}
            for (own, leader), count in checked.confused.most_common()
        ],
        "coverage": {passage.id: uses for passage, uses in checked.coverage.uses},
        "without_quotes": [entry.id for entry in checked.coverage.without_quotes],
        "thresholds": _thresholds_json(checked, checked.knowledge.thresholds),
        "chosen": _thresholds_json(checked, checked.chosen) if checked.chosen else None,
        "reliability": reliability_json(reliability(scored(checked.rehearsals))),
    }


def _thresholds_json(checked: Checked, thresholds: Thresholds) -> dict[str, object]:
    found = effect(checked.rehearsals, thresholds)
    return {
        "answer": thresholds.answer,
        "suggest": thresholds.suggest,
        "origin": thresholds.origin,
        "wrong_share": round(found.wrong_share, 4),
        "right": rate_json(found.right),
        "wrong": rate_json(found.wrong),
        "asked_back": rate_json(found.asked_back),
        "declined": rate_json(found.declined),
        "outside_answered": rate_json(found.outside_answered),
        "outside_asked_back": rate_json(found.outside_asked_back),
    }


def evaluation_json(judged: Sequence[Judgement]) -> dict[str, object]:
    """All figures, and every reply."""
    return {
        "kinds": {
            kind: {"queries": counts.total(), **{v.value: counts[v] for v in Verdict}}
            for kind, counts in by_kind(judged).items()
        },
        "missed_emergencies": rate_json(missed_emergencies(judged)),
        "false_alarms": rate_json(false_alarms(judged)),
        "answered_outside": rate_json(answered_outside(judged)),
        "confusions": [
            {"wanted": c.wanted, "led_to": c.led_to, "count": c.count, "example": c.example}
            for c in confusions(judged)
        ],
        "reliability": reliability_json(reliability(led(judged))),
        "cases": [_case_json(j) for j in judged],
    }


def rate_json(rate: Rate) -> dict[str, float]:
    """A rate with what it was counted from."""
    return {"count": rate.count, "total": rate.total, "share": round(rate.share, 4)}


def reliability_json(bins: Iterable[Bin]) -> list[dict[str, object]]:
    """The reliability table."""
    return [
        {
            "from": b.low,
            "to": b.high,
            "count": b.count,
            "mean": round(b.mean, 2),
            "right": round(b.right, 4),
        }
        for b in bins
    ]


def _case_json(judgement: Judgement) -> dict[str, object]:
    case, reply = judgement.case, judgement.reply
    return {
        "q": case.query,
        "kind": case.kind,
        "gold": list(case.gold),
        "verdict": judgement.verdict.value,
        "outcome": reply.outcome.value,
        "entry": reply.entry.id if reply.entry else None,
        "candidates": [{"entry": c.entry.id, "score": round(c.score, 2)} for c in reply.candidates],
    }
