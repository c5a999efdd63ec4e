"""Messages like real people's: who is informed, who is alarmed, and how long it takes.

`python -m tests.benchmarks.real_messages FILE …` (JSON lines as for `python -m faq evaluate`), and
with `--rows` every reply that is not right.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median
from time import process_time

from faq import Reply, Responder, load
from faq.curator.evaluation import (
    URGENT,
    Judgement,
    Rate,
    answered_beside,
    false_alarms,
    informed,
    judge,
    long_informed,
    missed_emergencies,
    read_cases,
)
from faq.curator.reports.text import rate_text
from faq.message import split
from faq.model import ALERTS

#: A text whose alert scores so much less than another alert is the wrong one.
WRONG_TEXT = 20.0

FIGURES = {
    "an entry could inform, informed": informed,
    "of these the long ones": long_informed,
    "an answer beside the question": answered_beside,
    "false alarms": false_alarms,
    "danger answered with anything else": missed_emergencies,
}


def wrong_text(judged: Iterable[Judgement], responder: Responder) -> Rate:
    """Urgent replies none of whose texts scores within `WRONG_TEXT` of the best alert's."""
    urgent = [j for j in judged if j.reply.outcome in URGENT]
    return Rate(sum(_wrong(j.reply, responder) for j in urgent), len(urgent))


def _wrong(reply: Reply, responder: Responder) -> bool:
    ranked = responder.matcher.rank(reply.query, len(responder.matcher.entries))
    scores = {c.entry.id: c.score for c in ranked if c.entry.kind in URGENT}
    shown = max(scores.get(entry.id, 0.0) for entry in reply.answers)
    return shown < max(scores.values()) - WRONG_TEXT


#: Messages of so many sentences are timed apart.
SENTENCES = 3


def report(name: str, judged: Sequence[Judgement], milliseconds: Sequence[float]) -> list[str]:
    """The figures of one file; the time is the processor's."""
    lines = [f"{name}: {len(judged)} messages, p50 {median(milliseconds):.1f} ms"]
    timed = zip(judged, milliseconds, strict=True)
    some = [took for j, took in timed if len(list(split(j.case.query))) == SENTENCES]
    if some:
        lines += [f"  of {len(some)} of {SENTENCES} sentences: p50 {median(some):.1f} ms"]
    return lines + [f"  {what:40} {rate_text(rate(judged))}" for what, rate in FIGURES.items()]


def unlike(judgement: Judgement) -> bool:
    """Whether the reply is not what was wanted: not right, or nobody informed."""
    case = judgement.case
    helped = {e.id for e in (*judgement.reply.answers, *judgement.reply.offered)}
    return judgement.verdict != "right" and case.named.isdisjoint(helped)


def row(judgement: Judgement) -> str:
    """One reply in a line."""
    reply = judgement.reply
    best = " ".join(f"{c.entry.id} {c.score:.0f}" for c in reply.candidates)
    said = ",".join(e.id for e in reply.answers) if reply.outcome in ALERTS else reply.outcome
    gold = "/".join(judgement.case.gold)
    return f"    {judgement.case.query[:110]!r}\n      {gold}: {said} ({best})"


def main() -> None:
    """Ask every file."""
    files = [Path(name) for name in sys.argv[1:] if not name.startswith("--")]
    responder = Responder(load())
    for file in files:
        cases = read_cases(file.read_text("utf-8").splitlines(), responder.knowledge.by_id)
        judged, times = [], []
        for case in cases:
            begun = process_time()
            reply = responder.reply(case.query)
            times.append(1000 * (process_time() - begun))
            judged.append(judge(case, reply))
        print("\n".join(report(file.name, judged, times)))
        print(f"  {'the wrong alert text':40} {rate_text(wrong_text(judged, responder))}")
        if "--rows" in sys.argv:
            print("\n".join(row(j) for j in judged if unlike(j)))


if __name__ == "__main__":
    main()
