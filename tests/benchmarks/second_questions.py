"""What people write after an answer: read in its light where it says too little by itself?

    uv run --extra semantic python -m tests.benchmarks.second_questions [FILE...]

A line names the entry that was just answered (`after`), what is written next (`q`), the entries
that answer it (`gold`, none if none does) and whether it leans on that answer (`sort`: leans,
alone, nothing); with `faq` it is asked of a file of `faqs/`, else of the shipped content. The
two files that are measured without a name were written blind; three numbers of
`faq/conversation.py` were chosen on both together.

Printed for each sort: answered with one of `gold`; that or one of them among the buttons; answered
with something else. `--show` names what was not informed.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from faq import Knowledge, Outcome, Reply, Responder, load
from tests.benchmarks.few_phrasings import FAQS, small_faq

TESTS = Path(__file__).parents[1]
HERE, ELSEWHERE = TESTS / "second_questions.jsonl", TESTS / "second_questions_elsewhere.jsonl"


@cache
def responder_of(name: str) -> Responder:
    """The shipped FAQ, or one of the written ones with one phrasing an entry."""
    if not name:
        return Responder(load())
    return Responder(Knowledge(title="-", entries=small_faq(FAQS / f"{name}.json").entries))


def replies(lines: Iterable[str]) -> Iterator[tuple[Mapping[str, Any], Reply]]:
    """Each line with the reply to it."""
    for line in lines:
        asked = json.loads(line)
        responder = responder_of(asked.get("faq", ""))
        after = responder.knowledge.by_id[asked["after"]]
        shown = responder.reply(after.question)
        yield asked, responder.reply(asked["q"], after, shown.offered)


def outcome(asked: Mapping[str, Any], reply: Reply) -> str:
    """right, offered, wrong or neither."""
    gold = set(asked["gold"])
    answered = {e.id for e in reply.answers if e.kind is not Outcome.CHAT}
    if answered & gold:
        return "right"
    if gold & {e.id for e in reply.offered}:
        return "offered"
    return "wrong" if answered else "neither"


def main() -> None:
    """Print a table for each file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, default=(HERE, ELSEWHERE))
    parser.add_argument("--show", action="store_true")
    arguments = parser.parse_args()
    for file in arguments.files:
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for asked, reply in replies(file.read_text("utf-8").splitlines()):
            came = outcome(asked, reply)
            counts[asked["sort"]][came] += 1
            if arguments.show and came in {"wrong", "neither"} and asked["gold"]:
                given = [e.id for e in (*reply.answers, *reply.offered)]
                print(came, asked["after"], "|", asked["q"], "|", asked["gold"], "|", given)
        print(f"{file.name:34} right   right or offered   wrong")
        for sort, found in counts.items():
            total = found.total()
            shares = [found["right"], found["right"] + found["offered"], found["wrong"]]
            right, offered, wrong = (100 * n / total for n in shares)
            print(f"  {sort:12} {total:4} {right:16.1f} % {offered:14.1f} % {wrong:7.1f} %")


if __name__ == "__main__":
    main()
