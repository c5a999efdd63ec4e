"""How the real bot bears a minute of rush, a power cut and an outage: prints what it measured.

    python -m tests.benchmarks.soak [--seconds 60] [--rate 30] [--latency 0.1]

Exit code 1 if a question was lost or answered out of order, or p95 is 400 ms or more.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from tests.running import BotProcess
from tests.strict_telegram.server import Chat, Fault, TelegramServer

#: Chats enough that nobody asks more than 20 questions a minute, which would be a flood.
CHATS = 120
QUESTIONS = ("What is a stent?", "What are the risks?")
ANSWERS = ("A stent is a small mesh tube.", "Bleeding and clots.")
#: What a person takes for an answer at once, in seconds.
P95 = 0.4


def rush(server: TelegramServer, *, seconds: float, rate: float) -> bool:
    """Questions at a steady rate, taking turns between two that have different answers."""
    chats = [server.private(server.user(f"Person {number}")) for number in range(CHATS)]
    asked: dict[int, list[float]] = defaultdict(list)
    start = time.monotonic()
    for number in range(int(seconds * rate)):
        time.sleep(max(0.0, start + number / rate - time.monotonic()))
        chat = chats[number % CHATS]
        asked[chat.id].append(time.monotonic())
        chat.send(QUESTIONS[len(asked[chat.id]) % 2])
    settle(server)
    return report(server, chats, asked)


def settle(server: TelegramServer) -> None:
    """Wait until everything is answered and confirmed."""
    server.wait_for(lambda: not server.pending, timeout=30)


def report(server: TelegramServer, chats: list[Chat], asked: dict[int, list[float]]) -> bool:
    """Print latencies, losses and disorder; whether all is as it should be."""
    answered: dict[int, list[float]] = defaultdict(list)
    for call in server.calls_of("sendMessage"):
        # The call arrives, and a latency later the person has the answer.
        answered[call.params["chat_id"]].append(call.time + server.latency)
    waits = sorted(
        end - begin
        for chat in chats
        for begin, end in zip(asked[chat.id], answered[chat.id], strict=False)
    )
    p50, p95 = statistics.median(waits), waits[int(0.95 * len(waits))]
    lost = sum(map(len, asked.values())) - len(waits)
    disorder = sum(out_of_order(chat) for chat in chats)
    print(f"rush: {len(waits)} answered, p50 {p50 * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, "
          f"max {waits[-1] * 1000:.0f} ms, lost {lost}, out of order {disorder}")  # fmt: skip
    return p95 < P95 and not lost and not disorder


def out_of_order(chat: Chat) -> int:
    """How many answers are not the one to the question whose turn it was."""
    return sum(
        ANSWERS[number % 2] not in message.text for number, message in enumerate(chat.messages, 1)
    )


def power_cut(server: TelegramServer, bot: BotProcess) -> bool:
    """SIGKILL with 40 questions queued."""
    chats = [server.private(server.user("Ann")) for _ in range(40)]
    bot.kill()
    for chat in chats:
        chat.send(QUESTIONS[0])
    bot.start()
    server.wait_for(lambda: sum(len(chat.messages) for chat in chats) >= 10, 30)
    bot.kill()
    queued = server.pending
    bot.start()
    settle(server)
    lost = sum(not chat.messages for chat in chats)
    twice = sum(len(chat.messages) > 1 for chat in chats)
    print(f"power cut: 40 asked, {queued} unconfirmed when killed, lost {lost}, twice {twice}")
    return not lost


def outage(server: TelegramServer) -> bool:
    """Telegram refuses the token for five seconds, whatever is called."""
    chat = server.private(server.user("Ann"))
    server.fault("*", Fault.unauthorized(), for_seconds=5)
    start = time.monotonic()
    chat.send(QUESTIONS[0])
    chat.wait(timeout=30)
    print(f"401 for 5 s: answered after {time.monotonic() - start:.1f} s")
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=30)
    parser.add_argument("--latency", type=float, default=0.1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, TelegramServer() as server:
        server.latency = arguments.latency
        bot = BotProcess(server.url, Path(folder))
        bot.start()
        server.wait_for(lambda: server.calls_of("getUpdates"), 30)
        good = [
            rush(server, seconds=arguments.seconds, rate=arguments.rate),
            power_cut(server, bot),
            outage(server),
            bot.stop() == 0,
        ]
        server.check()
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
