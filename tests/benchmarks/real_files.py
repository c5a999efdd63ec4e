"""How FAQ files of strangers are read, and what a bot made of them answers.

    uv run --extra semantic --extra curator --extra documents \\
        python -m tests.benchmarks.real_files FOLDER [--show]

A folder holds FAQ files as they were found, and beside each `NAME.truth.json`, a list of what a
reader sees in it: `q` (the question), `first` and `last` (some words with which its answer begins
and ends), `links` (addresses in it) and `items` (how many items of lists). Such files are other
people's, so none is kept here. Printed: pairs found, entries too many, answers that are whole.

Where the folder holds `asked.jsonl` (`file`, `q`, `gold`: numbers of the questions that answer it)
each file becomes a FAQ as it was read, one wording an entry, and is asked: right, right or offered,
wrong; and of what has no entry, declined.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from faq import Entry, Knowledge, Outcome, Responder
from faq.curator.importing.blocks import Pair
from faq.curator.importing.reading import read
from faq.markup import plain
from faq.model import FAQError

TRUTH = ".truth.json"
#: What numbers or labels a question or an answer is no part of it.
LABEL = re.compile(r"^\s*(?:(?:[QFPA]|FAQ|Question|Frage|Pregunta)\s*\d*\s*[:.)]\s*|\d+[.):]\s*)+")
#: A relative address, which leads nowhere in a chat and is shown behind its words.
RELATIVE = re.compile(r"\s\((?![a-z]+:)[^()\s]*\)")
Row = Mapping[str, Any]


def words(text: str) -> str:
    """A text without labels, marks and letter case."""
    shown = RELATIVE.sub("", LABEL.sub("", plain(text)))
    return re.sub(r"[\W_]+", " ", shown.lower()).strip()


def files(folder: Path) -> Iterator[tuple[Path, Sequence[Row]]]:
    """Each file with what a reader sees in it."""
    for truth in sorted(folder.rglob(f"*{TRUTH}")):
        stem = truth.name.removesuffix(TRUTH)
        [file] = (f for f in truth.parent.glob(f"{stem}.*") if f != truth)
        yield file, json.loads(truth.read_text("utf-8"))


def matched(pairs: Sequence[Pair], truth: Sequence[Row]) -> dict[int, int]:
    """The number of the pair for each number of a question that was found."""
    found: dict[int, int] = {}
    asked = [words(pair.question) for pair in pairs]
    for number, row in enumerate(truth):
        wanted = words(row["q"])
        like = (n for n, q in enumerate(asked) if wanted and (wanted in q or (q and q in wanted)))
        exact = (n for n, q in enumerate(asked) if q == wanted)
        place = next((n for n in (*exact, *like) if n not in found.values()), None)
        if place is not None:
            found[number] = place
    return found


def is_whole(answer: str, row: Row) -> bool:
    """Whether an answer begins and ends as it should, with all its links and items."""
    shown = words(answer).replace(" ", "")
    begins = shown.startswith(words(row["first"]).replace(" ", ""))
    ends = shown.endswith(words(row["last"]).replace(" ", ""))
    links = all(link in answer for link in row["links"] if "://" in link)
    items = len(re.findall(r"^\s*(?:[-*•]|\d+[.)])\s", answer, re.MULTILINE))
    return begins and ends and links and max(items, 1) >= row["items"]


def asked(file: Path, truth: Sequence[Row], rows: Sequence[Row]) -> Counter[str]:
    """What the FAQ of one file does with messages."""
    pairs = read(file).pairs
    found = {number: f"q{place}" for number, place in matched(pairs, truth).items()}
    entries = [
        Entry(id=f"q{n}", question=p.question, answer=p.answer or "-") for n, p in enumerate(pairs)
    ]
    responder = Responder(Knowledge(title=file.stem, entries=tuple(entries)))
    counts: Counter[str] = Counter()
    for row in rows:
        reply = responder.reply(row["q"])
        gold = {found.get(number) for number in row["gold"]}
        answers = {entry.id for entry in reply.answers}
        if not row["gold"]:
            counts["outside"] += 1
            counts["declined"] += reply.outcome is Outcome.FALLBACK
            continue
        counts["inside"] += 1
        counts["right"] += bool(answers & gold)
        counts["offered"] += bool(gold & ({e.id for e in reply.offered} | answers))
        counts["wrong"] += bool(answers) and not answers & gold
    return counts


def main() -> None:
    """Print both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", action="store_true", help="name what is missing or not whole")
    arguments = parser.parse_args()
    counts: Counter[str] = Counter()
    told: Counter[str] = Counter()
    messages = arguments.folder / "asked.jsonl"
    lines = messages.read_text("utf-8").splitlines() if messages.exists() else []
    for file, truth in files(arguments.folder):
        try:
            pairs = read(file).pairs
        except FAQError as error:
            print(f"{file.name}: {error}")
            pairs = ()
        found = matched(pairs, truth)
        whole = [n for n, place in found.items() if is_whole(pairs[place].answer, truth[n])]
        counts += Counter(
            files=1, wanted=len(truth), found=len(found), extra=len(pairs) - len(found)
        )
        counts["whole"] += len(whole)
        for number, row in enumerate(truth) if arguments.show else ():
            if number not in whole:
                print(file.name, "not whole:" if number in found else "missing:", row["q"])
        name = str(file.relative_to(arguments.folder))
        rows = [row for row in map(json.loads, lines) if row["file"] == name]
        told += asked(file, truth, rows) if rows else Counter()
    share = {name: f"{count / counts['wanted']:.1%}" for name, count in counts.items()}
    print(
        f"{counts['files']} files, {counts['wanted']} pairs: found {share['found']}, "
        f"too many {counts['extra'] / counts['wanted']:.1%}, whole {share['whole']}"
    )
    if told:
        inside, outside = told["inside"], told["outside"]
        shares = (f"{told[name] / inside:.1%}" for name in ("right", "offered", "wrong"))
        print(
            f"{inside} messages with an entry: right, right or offered, wrong: {', '.join(shares)}"
        )
        print(f"{outside} without one: declined {told['declined'] / max(outside, 1):.1%}")


if __name__ == "__main__":
    main()
