"""How the real bot bears a rush, power cuts and an outage: prints what it measured.

    python -m tests.benchmarks.soak [--rate 100] [--seconds 30] [--latency 0.1]
    python -m tests.benchmarks.soak --processes 4      # on one PostgreSQL, started for it

Exit code 1 if a question was lost or answered out of order, or p95 is more than `--patience`.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.postgres import postgres
from tests.running import BotProcess, quiet, wait_until
from tests.strict_telegram.server import Chat, Fault, TelegramServer

QUESTIONS = ("What is a stent?", "What are the risks?")
ANSWERS = ("A stent is a small mesh tube.", "Bleeding and clots.")


class Rush:
    """Questions at a steady rate, taking turns between two that have different answers."""

    def __init__(self, server: TelegramServer, rate: float) -> None:
        self._server = server
        self._rate = rate
        # So many that nobody asks more than 20 questions a minute, which would be a flood.
        self.chats = [server.private(server.user(f"Person {n}")) for n in range(int(rate * 4) + 1)]
        self.asked: dict[int, list[float]] = defaultdict(list)

    def run(self, seconds: float) -> None:
        """Ask."""
        start = time.monotonic()
        for number in range(int(seconds * self._rate)):
            time.sleep(max(0.0, start + number / self._rate - time.monotonic()))
            chat = self.chats[number % len(self.chats)]
            self.asked[chat.id].append(time.monotonic())
            chat.send(QUESTIONS[len(self.asked[chat.id]) % 2])

    def settle(self, seconds: float = 30.0) -> None:
        """Wait until everybody has as many answers as questions, or nothing happens any more."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and any(self.missing(chat) > 0 for chat in self.chats):
            time.sleep(0.2)
        quiet(self._server)

    def missing(self, chat: Chat) -> int:
        """Questions of a chat without an answer."""
        return len(self.asked[chat.id]) - len(chat.messages)

    def waits(self) -> list[float]:
        """Seconds from question to answer, sorted; for chats in which nothing came twice."""
        answered: dict[int, list[float]] = defaultdict(list)
        for call in self._server.calls_of("sendMessage"):
            # The call arrives, and a latency later the person has the answer.
            answered[call.params["chat_id"]].append(call.time + self._server.latency)
        return sorted(
            end - begin
            for chat in self.chats
            for begin, end in zip(self.asked[chat.id], answered[chat.id], strict=False)
        )

    def report(self, name: str) -> bool:
        """Print what came of it; whether nothing was lost or out of order."""
        waits = self.waits()
        p50, p95 = statistics.median(waits), waits[int(0.95 * len(waits))]
        lost = sum(max(0, self.missing(chat)) for chat in self.chats)
        twice = sum(max(0, -self.missing(chat)) for chat in self.chats)
        disorder = sum(out_of_order(chat) for chat in self.chats)
        print(f"{name}: {len(waits)} answered, p50 {p50 * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms,"
              f" max {waits[-1] * 1000:.0f} ms, lost {lost}, twice {twice},"
              f" out of order {disorder}", flush=True)  # fmt: skip
        self.p95 = p95
        return not lost and not disorder


def out_of_order(chat: Chat) -> int:
    """How many answers are not the one whose turn it was; one that came twice is none of them."""
    wanted, wrong = 1, 0
    for message in chat.messages:
        if ANSWERS[wanted % 2] in message.text:
            wanted += 1
        elif ANSWERS[(wanted - 1) % 2] not in message.text:
            wrong += 1
    return wrong


def power_cuts(server: TelegramServer, bot: BotProcess, rounds: int) -> bool:
    """SIGKILL with 40 questions queued, again and again."""
    server.latency = 0.01
    lost = 0
    twice: list[int] = []
    for _ in range(rounds):
        chats = [server.private(server.user("Ann")) for _ in range(40)]
        bot.kill()
        for chat in chats:
            chat.send(QUESTIONS[0])
        bot.start()
        server.wait_for(lambda: sum(len(chat.messages) for chat in chats) >= 10, 30)  # noqa: B023
        bot.kill()
        bot.start()
        for chat in chats:
            chat.wait(timeout=30)
        quiet(server)
        lost += sum(not chat.messages for chat in chats)
        twice.append(sum(len(chat.messages) > 1 for chat in chats))
    print(f"power cut x{rounds}, 40 queued: lost {lost}, twice {twice}", flush=True)
    return not lost


def deaths(server: TelegramServer, bots: Sequence[BotProcess], rate: float, rounds: int) -> bool:
    """One of several processes is killed under load, again and again; another comes instead."""
    rush = Rush(server, rate)
    asking = threading.Thread(target=rush.run, args=(rounds * 3.0,))
    asking.start()
    for number in range(rounds):
        bot = bots[number % len(bots)]
        time.sleep(1.5)
        bot.kill()
        lives = bot.log.count("ready:")
        time.sleep(1.5)
        bot.start()
    asking.join()
    rush.settle(60)
    wait_until(lambda: bot.log.count("ready:") > lives, 30)  # who has just begun can't end well
    good = rush.report(f"kill -9 of one of {len(bots)}, x{rounds}")
    return good and rush.waits()[-1] < 10


def outage(server: TelegramServer) -> bool:
    """Telegram refuses the token for five seconds, whatever is called."""
    chat = server.private(server.user("Ann"))
    server.fault("*", Fault.unauthorized(), for_seconds=5)
    start = time.monotonic()
    chat.send(QUESTIONS[0])
    chat.wait(timeout=30)
    print(f"401 for 5 s: answered after {time.monotonic() - start:.1f} s", flush=True)
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--rate", type=float, default=100)
    parser.add_argument("--latency", type=float, default=0.1)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=10, help="of SIGKILL")
    parser.add_argument("--patience", type=float, default=0.4, help="what p95 may be (seconds)")
    arguments = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(TelegramServer())
        server.latency = arguments.latency
        own = {}
        if arguments.processes > 1:
            database = stack.enter_context(postgres(durable=True))
            own = {"FAQ_STORE": database.new_database("soak")}
        bots = []
        for number in range(arguments.processes):
            place = folder / str(number)
            place.mkdir()
            bots.append(BotProcess(server.url, place, **own))
            bots[-1].start()
            stack.callback(bots[-1].kill)
        server.wait_for(lambda: server.calls_of("getUpdates"), 30)
        time.sleep(3)
        rush = Rush(server, arguments.rate)
        rush.run(arguments.seconds)
        rush.settle()
        good = [rush.report(f"{arguments.rate:.0f} messages/s"), rush.p95 < arguments.patience]
        if arguments.processes > 1:
            good.append(deaths(server, bots, arguments.rate / 4, arguments.rounds))
        else:
            good += [power_cuts(server, bots[0], arguments.rounds), outage(server)]
        good += [bot.stop() == 0 for bot in bots]
        server.check()
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
