"""What one typo costs: CLINC150's test rows as they are, and with one slip in a long word.

    python -m tests.benchmarks.typos CLINC150_FOLDER

A letter is left out, doubled up with another, replaced, or swapped with its neighbour, inside a
word of five letters or more. `FAQ_ENCODER=off` measures words alone.
"""

from __future__ import annotations

import argparse
import json
import random
import string
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.compare import split
from tests.benchmarks.peers import PEERS, Ask

LEAST = 5


def main() -> None:
    """Print the share right with and without a typo, for both splits."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the one `compare` takes")
    folder = parser.parse_args().folder
    rows = json.loads((folder / "data_full.json").read_text("utf-8"))["test"]
    slipped = [(with_typo(query, random.Random(n)), gold) for n, (query, gold) in enumerate(rows)]
    for shots in (5, 10):
        ask = PEERS["this matcher"](*split(folder, shots))
        clean, other = (_right(ask, queries) for queries in (rows, slipped))
        print(f"{shots}-shot: {clean:.1f} % right, with a typo {other:.1f} %, {other - clean:+.1f}")


def _right(ask: Ask, rows: Sequence[tuple[str, str]]) -> float:
    return 100 * sum(ask(query)[0] == gold for query, gold in rows) / len(rows)


def with_typo(query: str, chance: random.Random) -> str:
    """The query with one slip inside a long word; as it is where it has none."""
    words = query.split()
    long = [n for n, word in enumerate(words) if len(word) >= LEAST and word.isalpha()]
    if not long:
        return query
    number = chance.choice(long)
    word, letter = words[number], chance.choice(string.ascii_lowercase)
    at = chance.randrange(1, len(word) - 1)
    before, here, after = word[:at], word[at], word[at + 1 :]
    words[number] = chance.choice(
        [
            before + after,
            before + letter + here + after,
            before + letter + after,
            before + after[0] + here + after[1:],
        ]
    )
    return " ".join(words)


if __name__ == "__main__":
    main()
