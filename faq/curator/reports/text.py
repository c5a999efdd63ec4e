"""What a check and an evaluation found, for the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from faq.curator.check import Checked, Examination
from faq.curator.cross_validation import scored
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
from faq.curator.lint import Finding, Level
from faq.curator.thresholds import Effect, effect
from faq.model import Thresholds

#: Of a check's findings, and of an evaluation's cases, so many are listed.
FINDINGS, CASES = 12, 15
#: What to do first about warnings, in this order, and how a line on several of a kind begins.
FIRST = {
    "sets-off-alert": "set off an alert though they are no emergency",
    "unreachable": "are not found by their own question",
    "near-duplicate": "are asked almost as another entry is",
    "nearer-to-other": "are nearer to another entry than to their own",
    "one-phrasing": "have one wording only: write down how else people ask",
    "draft": "were taken over and not looked at yet",
    "long-question": "are too long for a button",
    "hard-to-read": "are hard to read",
    "no-quote": "quote nothing of the document",
    "stale-note": "are notes not reviewed for a year",
    "stale-content": "was not reviewed for a year",
}
#: Lines a curator reads before giving up.
LINES = 10


def check_summary(examination: Examination) -> str:
    """What to do first, at most ten lines."""
    errors = [f for f in examination.findings if f.level is Level.ERROR]
    if errors:
        return "\n".join(_errors_first(errors))
    rules: dict[str, list[Finding]] = {}
    for found in examination.findings:
        rules.setdefault(found.rule, []).append(found)
    order = [*(r for r in FIRST if r in rules), *(r for r in rules if r not in FIRST)]
    lines = [_in_a_line(rule, rules[rule]) for rule in order]
    end = "Nothing must be mended. --all shows every finding and the figures."
    return "\n".join([*lines[: LINES - 1], end])


def _errors_first(errors: list[Finding]) -> Iterable[str]:
    room = LINES - 2 if len(errors) > LINES - 1 else LINES - 1
    number = _number(len(errors), "thing")
    yield f"{number} must be mended before the bot can use this folder:"
    yield from (f"{_place(f)}: {f.message}" for f in errors[:room])
    if len(errors) > room:
        yield f"… and {len(errors) - room} more; --all shows them."


def _place(found: Finding) -> str:
    return f"{found.file}, line {found.line}" if found.line else found.file


def _in_a_line(rule: str, found: list[Finding]) -> str:
    """All warnings of a kind: how many, and the first ones by name."""
    worst = sorted(found, key=lambda f: -f.weight)
    if len(found) == 1:
        return f"{_place(worst[0])}: {worst[0].message}"
    named = ", ".join(dict.fromkeys(_named(f) for f in worst[:4]))
    return f"{len(found)} {FIRST.get(rule, rule)}. First: {named}."


def _named(found: Finding) -> str:
    """The entry a finding names, or its place."""
    named, _, _ = found.message.partition(":")
    return named.strip('"') if named.startswith('"') else _place(found)


def check_text(examination: Examination, *, most: int | None = FINDINGS) -> str:
    """Findings, `most` warnings of each rule; then quality, coverage and thresholds."""
    warnings = len(examination.findings) - examination.errors
    total = f"{_number(examination.errors, 'error')}, {_number(warnings, 'warning')}"
    sections = [list(_findings(examination.findings, most)), [total]]
    if examination.checked:
        sections += _sections(examination.checked)
    return "\n\n".join("\n".join(lines) for lines in sections if lines)


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _findings(findings: Iterable[Finding], most: int | None) -> Iterable[str]:
    """Errors, then the warnings of each rule that matter most."""
    rules: dict[str, list[Finding]] = {}
    for found in findings:
        if found.level is Level.ERROR:
            yield str(found)
        else:
            rules.setdefault(found.rule, []).append(found)
    for rule, warnings in rules.items():
        yield from map(str, sorted(warnings, key=lambda w: -w.weight)[:most])
        if most and len(warnings) > most:
            yield f"… and {len(warnings) - most} more [{rule}]; --all shows them."


def _sections(checked: Checked) -> Iterable[list[str]]:
    yield [f"Phrasings whose entry still leads when held out: {rate_text(checked.led_right)}"]
    yield _confused(checked)
    yield _coverage(checked)
    yield _thresholds(checked)
    yield reliability_lines(reliability(scored(checked.rehearsals)))


def _confused(checked: Checked) -> list[str]:
    pairs = checked.confused.most_common(FINDINGS)
    lines = [f"  {count:3} x {own} -> {leader}" for (own, leader), count in pairs]
    return ["Held-out phrasings that led to another entry:", *lines] if lines else []


def _coverage(checked: Checked) -> list[str]:
    covered = checked.coverage
    used = Rate(len(covered.uses) - len(covered.unused), len(covered.uses))
    unused = [f"  {p.id} no entry quotes: {p.text[:70]}" for p in covered.unused]
    return [f"Passages some entry quotes: {rate_text(used)}", *unused] if covered.uses else []


def _thresholds(checked: Checked) -> list[str]:
    lines = [*_effect("thresholds in faq.toml", checked, checked.knowledge.thresholds)]
    if checked.chosen is None:
        return [*lines, "Too few phrasings to choose thresholds from."]
    return [*lines, *_effect("thresholds chosen", checked, checked.chosen)]


def _effect(name: str, checked: Checked, thresholds: Thresholds) -> Iterable[str]:
    yield f"{name}: answer {thresholds.answer:.0f}, suggest {thresholds.suggest:.0f}"
    yield from (
        f"  {label:47} {rate_text(rate)}"
        for label, rate in effect_rates(effect(checked.rehearsals, thresholds)).items()
    )


def effect_rates(found: Effect) -> dict[str, Rate]:
    """The rates of an effect, in words."""
    return {
        "held-out phrasings answered right": found.right,
        "answered wrongly": found.wrong,
        "asked back": found.asked_back,
        "declined": found.declined,
        "queries without an entry: answered": found.outside_answered,
        "asked back ": found.outside_asked_back,
    }


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
    found = confusions(judged)[:CASES]
    lines = [f"  {c.count:3} x {c.wanted} -> {c.led_to}   {c.example!r}" for c in found]
    return ["Taken for another entry, most frequent first:", *lines] if lines else []


def _wrong(judged: Sequence[Judgement]) -> list[str]:
    wrong = [j for j in judged if j.verdict is Verdict.WRONG]
    lines = [f"  {j.case.query!r}: {reply_name(j)}, not {j.case.gold[0]}" for j in wrong[:CASES]]
    more = [f"  and {len(wrong) - CASES} more; --json lists all"] if len(wrong) > CASES else []
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
