"""How soon the running bot is ready, and how much memory it takes.

    python -m tests.benchmarks.footprint [PYTHON]

`PYTHON` runs the bot, such as that of a folder where nothing but the bot is installed: what its
developers use comes with packages that python-telegram-bot and httpx import where they find them.

The real `run_bot.py` with the shipped content, against the test server, with the encoder and on
words alone: the first start on a machine, a later one, and the memory after a few hundred
questions. `ready` is from the start of the process to its first request for updates.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from faq.loader import SHIPPED
from tests.running import ROOT, BotProcess
from tests.strict_telegram.server import TelegramServer

STARTS = 5
PATIENCE = 300.0


def main() -> None:
    """Print a line for each setting of the encoder."""
    sys.executable = sys.argv[1] if len(sys.argv) > 1 else sys.executable
    lines = (ROOT / "tests" / "dev_questions.jsonl").read_text("utf-8").splitlines()
    queries = [json.loads(line)["q"] for line in lines]
    print(f"{'encoder':8} {'first start':>12} {'later (median)':>15} {'memory':>10} {'peak':>10}")
    for encoder in ("auto", "off"):
        with tempfile.TemporaryDirectory() as folder:
            print(_line(encoder, Path(folder), queries), flush=True)


def _line(encoder: str, folder: Path, queries: Sequence[str]) -> str:
    settings = {
        "FAQ_CONTENT": str(SHIPPED),
        "FAQ_ENCODER": encoder,
        "XDG_CACHE_HOME": str(folder / "cache"),
    }
    first, *later = (_ready(folder, settings) for _ in range(STARTS + 1))
    median = sorted(later)[STARTS // 2]
    now, peak = _memory(folder, settings, queries)
    return f"{encoder:8} {first:10.2f} s {median:13.2f} s {now:7.1f} MB {peak:7.1f} MB"


def _ready(folder: Path, settings: dict[str, str]) -> float:
    """Seconds from the start of the process to its first request for updates."""
    with TelegramServer() as server:
        bot = BotProcess(server.url, folder, **settings)
        begun = time.perf_counter()
        bot.start()
        server.wait_for(lambda: server.calls_of("getUpdates"), timeout=PATIENCE)
        took = time.perf_counter() - begun
        bot.stop()
    return took


def _memory(folder: Path, settings: dict[str, str], queries: Sequence[str]) -> tuple[float, float]:
    """Resident memory after all the queries, and its peak (10^6 bytes)."""
    with TelegramServer() as server:
        bot = BotProcess(server.url, folder, **settings)
        bot.start()
        for query in queries:
            chat = server.private(server.user("Ann"))
            chat.send(query)
            chat.wait(timeout=PATIENCE)
        status = Path(f"/proc/{bot.process.pid}/status").read_text("ascii")
        sizes = dict(line.split(":") for line in status.splitlines() if line.startswith("Vm"))
        bot.stop()
    now, peak = (int(sizes[name].split()[0]) * 1024 / 1e6 for name in ("VmRSS", "VmHWM"))
    return now, peak


if __name__ == "__main__":
    main()
