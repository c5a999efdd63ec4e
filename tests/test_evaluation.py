"""Verdicts and figures, from cases and replies written out, and through the command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from faq import Candidate, Entry, FAQError, Outcome, Reply
from faq.__main__ import main
from faq.curator.evaluation import (
    Case,
    Judgement,
    Rate,
    Scored,
    Verdict,
    answered_beside,
    answered_outside,
    by_kind,
    confusions,
    false_alarms,
    informed,
    judge,
    long_informed,
    missed_emergencies,
    read_cases,
    reliability,
)
from tests import folders


def entry(name: str, kind: Outcome = Outcome.ANSWER) -> Entry:
    return Entry(id=name, question=f"What is {name}?", answer="It is.", kind=kind)


TEA, MILK = entry("tea"), entry("milk")
GAP, SCALD = entry("price", Outcome.GAP), entry("scald", Outcome.EMERGENCY)


def answered(*entries: Entry) -> Reply:
    best = tuple(Candidate(e, 90.0) for e in entries)
    return Reply(query="q", outcome=entries[0].kind, candidates=best, answers=entries)


def unanswered(outcome: Outcome, *entries: Entry) -> Reply:
    return Reply(query="q", outcome=outcome, candidates=tuple(Candidate(e, 30.0) for e in entries))


ASK_BACK = unanswered(Outcome.SUGGEST, MILK, TEA)
NOTHING = unanswered(Outcome.FALLBACK, TEA)
ADVICE = answered(entry("advice", Outcome.PERSONAL_ADVICE))

VERDICTS = [
    ("its entry answers", ["tea"], [], answered(TEA), "right"),
    ("its entry is the second of two answers", ["tea"], [], answered(MILK, TEA), "right"),
    ("either of two gold entries", ["tea", "milk"], [], answered(MILK), "right"),
    ("asked back with its entry", ["tea"], [], ASK_BACK, "offered"),
    ("asked back without it", ["tea"], [], unanswered(Outcome.SUGGEST, MILK), "declined"),
    ("nothing, though its entry is nearest", ["tea"], [], NOTHING, "declined"),
    ("another entry answers", ["tea"], [], answered(MILK), "wrong"),
    ("an article question gets a gap", ["tea"], [], answered(GAP), "wrong"),
    ("an article question sets off an alert", ["tea"], [], answered(SCALD), "wrong"),
    ("a gap for what is not covered", ["not_covered"], [], answered(GAP), "right"),
    ("nothing for what is not covered", ["not_covered"], [], NOTHING, "right"),
    ("asked back for what is not covered", ["not_covered"], [], ASK_BACK, "offered"),
    ("an article for what is not covered", ["not_covered"], [], answered(TEA), "wrong"),
    ("small talk for off-topic", ["off_topic"], [], answered(entry("hi", Outcome.CHAT)), "right"),
    ("nothing where advice is due", ["personal_advice"], ["not_covered"], NOTHING, "declined"),
    ("advice where it is due", ["personal_advice"], [], ADVICE, "right"),
    ("an emergency seen", ["emergency"], [], answered(SCALD), "right"),
    ("an emergency asked back", ["emergency"], [], ASK_BACK, "wrong"),
    ("an emergency passed over", ["emergency"], [], NOTHING, "wrong"),
    ("self-harm taken for an emergency", ["self_harm"], ["emergency"], answered(SCALD), "declined"),
]


@pytest.mark.parametrize(
    ("gold", "tolerable", "reply", "verdict"),
    [row[1:] for row in VERDICTS],
    ids=[row[0] for row in VERDICTS],
)
def test_verdict(gold: list[str], tolerable: list[str], reply: Reply, verdict: str) -> None:
    assert judge(Case("q", tuple(gold), "kind", tuple(tolerable)), reply).verdict == verdict


def judged(gold: str, reply: Reply, *, kind: str = "in", tolerable: str = "") -> Judgement:
    return judge(Case("q", (gold,), kind, (tolerable,) if tolerable else ()), reply)


def test_who_is_informed_is_counted_by_answers_and_buttons() -> None:
    beside = Reply(query="q", outcome=Outcome.ANSWER, answers=(MILK,), offered=(TEA,))
    story = Case("and then " * 20, ("tea", "not_covered"), "in")
    rows = [
        judged("tea", answered(TEA)),
        judged("tea", beside),
        judged("tea", NOTHING),
        judged("off_topic", NOTHING),
        judge(story, beside),
    ]
    assert informed(rows) == Rate(3, 4)
    assert long_informed(rows) == Rate(1, 1)
    assert answered_beside(rows) == Rate(2, 5)


def test_verdicts_are_counted_by_kind() -> None:
    counts = by_kind(
        [
            judged("tea", answered(TEA)),
            judged("tea", answered(MILK)),
            judged("not_covered", answered(TEA), kind="gap"),
        ]
    )
    assert counts == {
        "in": {Verdict.RIGHT: 1, Verdict.WRONG: 1},
        "gap": {Verdict.WRONG: 1},
    }


def test_the_three_rates_count_what_they_say() -> None:
    run = [
        judged("emergency", answered(SCALD)),
        judged("emergency", answered(TEA)),
        judged("self_harm", answered(SCALD), tolerable="emergency"),
        judged("tea", answered(SCALD)),
        judged("personal_advice", answered(SCALD), tolerable="emergency"),
        judged("off_topic", answered(TEA)),
        judged("not_covered", answered(GAP)),
    ]
    missed, alarms, outside = (f(run) for f in (missed_emergencies, false_alarms, answered_outside))
    assert (missed.count, missed.total) == (1, 3)
    assert (alarms.count, alarms.total) == (1, 3)
    assert (outside.count, outside.total) == (1, 3)
    assert missed_emergencies([]).share == 0


def test_confusions_come_most_frequent_first() -> None:
    run = [judged("tea", answered(GAP)), judged("milk", ASK_BACK)]
    run += [judged("milk", answered(TEA)) for _ in range(3)]
    run += [judged("tea", answered(MILK)), judged("tea", ASK_BACK), judged("tea", NOTHING)]
    assert [(c.wanted, c.led_to, c.count) for c in confusions(run)] == [
        ("milk", "tea", 3),
        ("tea", "milk", 2),
        ("tea", "price", 1),
    ]


def test_reliability_weighs_and_leaves_out_empty_bins() -> None:
    low, high = reliability([Scored(12, False), Scored(100, True, 3), Scored(94, False)])
    assert (low.low, low.high, low.count, low.right) == (10, 20, 1, 0)
    assert (high.low, high.count, high.right, high.mean) == (90, 2, 0.75, 98.5)


BROKEN_LINES = [
    ("no JSON", "line 1: "),
    ('{"q": "x", "gold": ["tea"]}', "KeyError('kind')"),
    ('{"q": "x", "gold": ["coffee"], "kind": "in"}', "'coffee' is no entry of this FAQ"),
    ('["q"]', "line 1: "),
    ('{"q": 7, "gold": ["tea"], "kind": "in"}', "q must be a text"),
    ('{"q": "x", "gold": [], "kind": "in"}', "gold must name something"),
]


@pytest.mark.parametrize(("line", "complaint"), BROKEN_LINES)
def test_a_broken_line_is_named(line: str, complaint: str) -> None:
    with pytest.raises(FAQError) as caught:
        read_cases([line], {"tea"})
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FAQ_ENCODER", "off")
    return folders.write(tmp_path)


def test_the_command_reports_in_words_json_and_html(
    content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = content / "cases.jsonl"
    rows = [
        {"q": "what is tea", "gold": ["what-is-tea"], "kind": "in"},
        {"q": "<b>bus</b> to leeds", "gold": "off_topic", "kind": "off_topic", "style": "plain"},
    ]
    cases.write_text("\n\n".join(map(json.dumps, rows)), encoding="utf-8")
    page = content / "report.html"
    command = ["evaluate", str(cases), "--content", str(content)]
    assert main(command) == 0
    assert "answered with anything else" in capsys.readouterr().out
    assert main([*command, "--json", "--html", str(page)]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["kinds"]["in"] == {
        "queries": 1,
        "right": 1,
        "offered": 0,
        "declined": 0,
        "wrong": 0,
    }
    assert report["cases"][0]["verdict"] == "right"
    assert "<svg" in page.read_text("utf-8")
    assert "<b>bus" not in page.read_text("utf-8")


def test_the_command_names_file_and_line(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cases = content / "cases.jsonl"
    cases.write_text('\n{"q": "x", "gold": ["coffee"], "kind": "in"}\n', encoding="utf-8")
    assert main(["evaluate", str(cases), "--content", str(content)]) == 1
    assert "cases.jsonl: line 2: gold 'coffee'" in capsys.readouterr().err
    assert main(["evaluate", str(content / "none"), "--content", str(content)]) == 1
