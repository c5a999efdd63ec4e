"""How the team behind the bot bears kills and a crowd: prints what it measured.

    python -m tests.benchmarks.team [--kills 20] [--cases 100]

Exit code 1 if a message was lost, reached somebody else, or came out of order. First the process is
killed again and again while people hand on questions, the team answers and people add to them; a
message counts as doubled that was on the wire at a kill. Then there are many cases at a time.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from tests import folders
from tests.running import BotProcess
from tests.strict_telegram.chat import Chat
from tests.strict_telegram.facts import BotMessage
from tests.strict_telegram.server import TelegramServer

ASK, SEND = "Ask a person", "Pass it on"


def main() -> None:
    """Print both, and say whether all was well."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--kills", type=int, default=20)
    arguments.add_argument("--cases", type=int, default=100)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    lots = random.Random(given.seed)
    well = _measured(partial(_killed, kills=given.kills, lots=lots))
    well &= _measured(partial(_many, cases=given.cases))
    sys.exit(0 if well else 1)


def _measured(what: Callable[[TelegramServer, BotProcess, Chat], bool]) -> bool:
    with tempfile.TemporaryDirectory() as place, TelegramServer() as server:
        folder = Path(place)
        (folder / "content").mkdir()
        folders.write(folder / "content")
        team = server.group("Team", server.user("Rosa"), server.user("Tom"))
        bot = BotProcess(server.url, folder, FAQ_EXPERTS=str(team.id))
        bot.start()
        try:
            return what(server, bot, team)
        finally:
            bot.kill()
            server.check()


class Person:
    """Somebody who has asked in vain, and all that went to and fro."""

    def __init__(self, server: TelegramServer, name: str) -> None:
        self.name = name
        self.chat = server.private(server.user(name))
        self.question = f"who invented the samovar of {name}"
        self.told: list[str] = []
        self.added: list[str] = []

    def hand_on(self, server: TelegramServer) -> None:
        """Ask in vain, and have it passed on."""
        self.chat.send(self.question)
        self.press(server, ASK)
        self.press(server, SEND)

    def press(self, server: TelegramServer, label: str) -> None:
        """Press a button as soon as there is one."""
        server.wait_for(lambda: any(label in m.labels for m in self.chat.messages), 60)
        message = next(m for m in self.chat.messages if label in m.labels)
        self.chat.press(message, label)


def _killed(
    server: TelegramServer, bot: BotProcess, team: Chat, *, kills: int, lots: random.Random
) -> bool:
    people = [Person(server, f"P{number:02}") for number in range(kills // 3 + 1)]
    for number, person in enumerate(people):
        person.hand_on(server)
        _kill_soon(bot, lots)
        server.wait_for(partial(_holding, team, person.question), 60)
        asked = lots.choice(_holding(team, person.question))  # the first, or one told again
        person.told.append(f"answer {number:02}")
        team.reply_to(asked, person.told[-1])
        _kill_soon(bot, lots)
        server.wait_for(partial(_holding, person.chat, person.told[-1]), 60)
        said = lots.choice(_holding(person.chat, person.told[-1]))
        person.added.append(f"thanks {number:02}")
        person.chat.reply_to(said, person.added[-1])
        _kill_soon(bot, lots)
    for person in people:
        with suppress(AssertionError):
            server.wait_for(partial(_holding, team, person.added[-1]), 60)
    time.sleep(1.0)
    return _report(f"{3 * len(people)} kills", team, people)


def _kill_soon(bot: BotProcess, lots: random.Random) -> None:
    time.sleep(lots.uniform(0.0, 0.08))
    bot.kill()
    bot.start()


def _holding(chat: Chat, words: str) -> list[BotMessage]:
    return [message for message in chat.messages if words in message.text]


def _many(server: TelegramServer, bot: BotProcess, team: Chat, *, cases: int) -> bool:
    people = [Person(server, f"P{number:03}") for number in range(cases)]
    begun = time.monotonic()
    for person in people:
        person.chat.send(person.question)
    for person in people:
        person.press(server, ASK)
    for person in people:
        person.press(server, SEND)
    server.wait_for(lambda: all(_holding(team, p.question) for p in people), 120)
    for person in reversed(people):
        person.told.append(f"answer {person.name}")
        team.reply_to(_holding(team, person.question)[0], person.told[-1])
    server.wait_for(lambda: all(_holding(p.chat, p.told[-1]) for p in people), 120)
    took = time.monotonic() - begun
    return _report(f"{cases} cases at a time, {took:.0f} s", team, people)


def _report(name: str, team: Chat, people: Sequence[Person]) -> bool:
    lost = twice = astray = 0
    for person in people:
        told = [m.text for m in person.chat.messages if "The team writes" in m.text]
        for words in person.told:
            count = sum(words == text.split("\n\n")[1] for text in told)
            lost, twice = lost + (count == 0), twice + max(0, count - 1)
        astray += sum(text.split("\n\n")[1] not in person.told for text in told)
        for words in (person.question, *person.added):
            count = sum(words in m.text.split("\n\n")[0] for m in team.messages)
            lost, twice = lost + (count == 0), twice + max(0, count - 1)
    print(f"{name}: lost {lost}, doubled {twice}, to somebody else {astray}", flush=True)
    return not lost and not astray


if __name__ == "__main__":
    main()
