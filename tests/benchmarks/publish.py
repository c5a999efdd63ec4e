"""How long it takes to check a change before it is published, and what replies meanwhile feel.

    python -m tests.benchmarks.publish

Contents of 100 entries with 15 phrasings and of 1,000 with 10, made up like those of
tests/benchmarks/large_check.py. Printed: seconds by the clock, seconds of computing (on a machine
that does something else, the better measure), and the slowest of the replies given meanwhile. The
live content is asked what people asked while the curator looks at the first page.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from itertools import islice, product
from pathlib import Path

from faq import Responder, load
from faq.curator.publishing import Answered, add_phrasing, breaks, get_ready, publish, try_out
from tests.benchmarks.large_check import MATTERS, PHRASINGS, THINGS

MORE = (
    "please tell me how I {verb} {thing}s safely",
    "{noun} {thing} price",
    "need {noun} for {thing} asap",
    "where to {verb} {thing}",
    "do you do {thing} {noun}",
)
#: What people asked and got, 500 of it, as the desk and /review ask again.
ASKED = ("can you tell me how to {verb} my {thing}", "{thing} {noun} pls", "{verb} {thing} how??")
WORDINGS = (
    "somebody wants this thing quickly",
    "whatever somebody wants to know",
    "what of it all",
)


def main() -> None:
    """Print a line for each size, encoder and change."""
    with tempfile.TemporaryDirectory() as cache:
        os.environ["XDG_CACHE_HOME"] = cache
        for encoder, (entries, phrasings) in product(("auto", "off"), ((100, 15), (1000, 10))):
            os.environ["FAQ_ENCODER"] = encoder
            with tempfile.TemporaryDirectory() as place:
                _measure(encoder, write(Path(place, "content"), entries, phrasings))


def write(folder: Path, entries: int, phrasings: int) -> Path:
    """A content folder of so many entries."""
    folder.mkdir()
    (folder / "faq.toml").write_text('title = "Things"\nreviewed = 2026-01-01\n', "utf-8")
    blocks = []
    for thing, matter in list(product(THINGS.split(), MATTERS.split()))[:entries]:
        verb, noun = matter.split(":")
        known = [p.format(thing=thing, verb=verb, noun=noun) for p in (*PHRASINGS, *MORE)]
        blocks.append(
            f'[[entry]]\nid = "{verb}-{thing}"\nquestion = "How to {verb} a {thing}?"\n'
            f'answer = "The manual says how to {verb} a {thing}."\n'
            f"paraphrases = {known[: phrasings - 1]}\n"
        )
    (folder / "entries.toml").write_text("\n".join(blocks), "utf-8")
    return folder


def asked(live: Responder, most: int = 500) -> Answered:
    """Queries like people's, with the entries that answer them."""
    pairs = product(ASKED, list(product(THINGS.split(), MATTERS.split())))
    queries = (a.format(thing=t, verb=m.split(":")[0], noun=m.split(":")[1]) for a, (t, m) in pairs)
    replies = map(live.reply, queries)
    found = ((reply.query, reply.entry.id) for reply in replies if reply.entry)
    return list(islice(found, most))


def _measure(encoder: str, folder: Path) -> None:
    live = Responder(load(folder))
    answered = asked(live)
    get_ready(live, [query for query, _ in answered])  # as soon as a curator comes
    size = f"{len(live.knowledge.entries)} entries, {len(live.matcher.texts)} texts"
    size += f", {len(answered)} asked"
    for number, wording in enumerate(WORDINGS, 1):
        slowest, stop = [0.0], threading.Event()
        asking = threading.Thread(target=_ask, args=(live, slowest, stop))
        asking.start()
        begun, computed = time.perf_counter(), time.thread_time()
        trial = try_out(live, add_phrasing(live, live.knowledge.entries[0].id, wording))
        broken = breaks(trial, answered)
        publish(trial)
        took, cost = time.perf_counter() - begun, time.thread_time() - computed
        stop.set()
        asking.join()
        live = trial.new
        print(
            f"{encoder:5} {size}, change {number}: {took:5.1f} s, computing {cost:5.1f} s, "
            f"slowest reply {1000 * slowest[0]:.0f} ms, {len(broken)} broken",
            flush=True,
        )


def _ask(live: Responder, slowest: list[float], stop: threading.Event) -> None:
    """Ask something twenty times a second."""
    while not stop.is_set():
        begun = time.perf_counter()
        live.reply(f"can I {begun:.0f} the kettle")
        slowest[0] = max(slowest[0], time.perf_counter() - begun)
        time.sleep(0.05)


if __name__ == "__main__":
    main()
