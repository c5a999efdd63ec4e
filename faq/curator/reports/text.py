"""An evaluation to read in a terminal, and as JSON for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from faq.curator.evaluation import (
    Bin,
    Judgement,
    Rate,
    Verdict,
    answered_beside,
    answered_outside,
    by_kind,
    confusions,
    false_alarms,
    informed,
    led,
    long_informed,
    missed_emergencies,
    reliability,
)

SHOWN = 15
#: The figures that matter most, in words.
FIGURES: dict[str, Callable[[Iterable[Judgement]], Rate]] = {
    "emergencies answered with anything else": missed_emergencies,
    "other queries that set off an emergency": false_alarms,
    "gap, off-topic and personal queries given an answer": answered_outside,
    "queries given an answer that none of theirs is": answered_beside,
    "queries an entry could inform, informed": informed,
    "of these the long ones": long_informed,
}


def evaluation_text(judged: Sequence[Judgement]) -> str:
    """Verdicts by kind, the three rates, confusions, wrong replies, reliability."""
    parts = [
        _verdicts(judged),
        [f"{name:52} {rate_text(rate(judged))}" for name, rate in FIGURES.items()],
        _confusions(judged),
        _wrong(judged),
        reliability_lines(reliability(led(judged))),
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def rate_text(rate: Rate) -> str:
    """`1.2 % (2 of 159)`."""
    return f"{100 * rate.share:5.1f} % ({rate.count} of {rate.total})"


def _verdicts(judged: Sequence[Judgement]) -> list[str]:
    lines = [f"{'kind':16} {'queries':>8}" + "".join(f"{v:>10}" for v in Verdict)]
    for kind, counts in by_kind(judged).items():
        shares = "".join(f"{100 * counts[v] / counts.total():9.1f}%" for v in Verdict)
        lines.append(f"{kind:16} {counts.total():8}{shares}")
    return lines


def _confusions(judged: Sequence[Judgement]) -> list[str]:
    found = confusions(judged)[:SHOWN]
    lines = [f"  {c.count:3} x {c.wanted} -> {c.led_to}   {c.example!r}" for c in found]
    return ["Taken for another entry, most frequent first:", *lines] if lines else []


def _wrong(judged: Sequence[Judgement]) -> list[str]:
    wrong = [j for j in judged if j.verdict is Verdict.WRONG]
    lines = [f"  {j.case.query!r}: {reply_name(j)}, not {j.case.gold[0]}" for j in wrong[:SHOWN]]
    more = [f"  and {len(wrong) - SHOWN} more; --json lists all"] if len(wrong) > SHOWN else []
    return ["Wrong:", *lines, *more] if lines else []


def reply_name(judgement: Judgement) -> str:
    """The entry that answered, or the outcome where none did."""
    entry = judgement.reply.entry
    return entry.id if entry else judgement.reply.outcome.value


def reliability_lines(bins: Iterable[Bin]) -> list[str]:
    """Of the replies that scored so much, so many led right."""
    lines = [
        f"{b.low:4.0f}-{b.high:3.0f} {b.count:9} {b.mean:11.1f} {100 * b.right:11.1f}%"
        for b in bins
    ]
    return [f"{'score':8} {'replies':>9} {'mean score':>11} {'led right':>12}", *lines]


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
