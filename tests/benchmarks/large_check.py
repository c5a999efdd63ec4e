"""How long `python -m faq check` takes on 1,000 entries of 12 phrasings each.

    python -m tests.benchmarks.large_check

The content is made up: 50 things, 20 matters each. Every run starts with an empty cache, as the
first check of such a folder would.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from itertools import product
from pathlib import Path

from tests.running import ROOT

THINGS = """kettle toaster fridge freezer oven microwave dishwasher washer dryer iron vacuum blender
mixer grinder juicer heater cooler fan lamp radio television speaker printer scanner laptop tablet
phone camera watch bicycle scooter mower trimmer drill saw sander ladder tent stove lantern boiler
thermostat alarm lock doorbell router keyboard monitor headset charger"""
#: A matter, as a verb and as a noun.
MATTERS = """clean:cleaning repair:repairs return:returns install:installation insure:insurance
recycle:recycling store:storage move:moving test:testing register:registration replace:replacement
paint:colours mount:mounting sell:selling lend:lending connect:connection update:updates
descale:descaling lubricate:lubrication inspect:inspection"""
PHRASINGS = (
    "how do I {verb} the {thing}",
    "{noun} of a {thing}",
    "{thing} {noun}",
    "what is the right way to {verb} my {thing}",
    "can I {verb} a {thing} myself",
    "my wife wants to {verb} our {thing}, how does that go",
    "is there anything on {noun} for the {thing}",
    "help, I have to {verb} this {thing} today",
    "who can {verb} a {thing}",
    "when should one {verb} a {thing}",
    "tell me about {noun} and the {thing}",
)


def main() -> None:
    """Print the seconds a check takes with the encoder and on words alone."""
    for encoder in ("auto", "off"):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            content = write(folder / "content")
            settings = {"FAQ_ENCODER": encoder, "XDG_CACHE_HOME": str(folder / "cache")}
            begun = time.perf_counter()
            command = [sys.executable, "-m", "faq", "check", str(content)]
            done = subprocess.run(
                command, cwd=ROOT, env=os.environ | settings, check=False, capture_output=True
            )
            took = time.perf_counter() - begun
            print(f"{encoder:6} {took:6.1f} s  exit code {done.returncode}", flush=True)


def write(folder: Path) -> Path:
    """A content folder of 1,000 entries."""
    folder.mkdir()
    (folder / "faq.toml").write_text('title = "Things"\nreviewed = 2026-01-01\n', "utf-8")
    entries = [_entry(t, *m.split(":")) for t, m in product(THINGS.split(), MATTERS.split())]
    (folder / "entries.toml").write_text("\n".join(entries), "utf-8")
    return folder


def _entry(thing: str, verb: str, noun: str) -> str:
    phrasings = [p.format(thing=thing, verb=verb, noun=noun) for p in PHRASINGS]
    return (
        f'[[entry]]\nid = "{verb}-{thing}"\nquestion = "How to {verb} a {thing}?"\n'
        f'answer = "The manual says how to {verb} a {thing}."\nparaphrases = {phrasings}\n'
    )


if __name__ == "__main__":
    main()
