"""The way to the team and back where things go wrong: kills, silence, groups that move."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from bot.storage.cases import CLAIMED, Case, Cases, Offer
from bot.storage.database import Database
from tests.conftest import Start
from tests.experts.asking import ASK, QUESTION, SEND, handed_on, said_in
from tests.running import BotProcess, quiet, wait_until
from tests.strict_telegram.chat import Chat
from tests.strict_telegram.client import client_of
from tests.strict_telegram.facts import User
from tests.strict_telegram.faults import Fault
from tests.strict_telegram.server import TelegramServer


def test_killed_between_reply_and_delivery_nothing_is_lost(
    bot: BotProcess, ann: Chat, team: Chat, telegram: TelegramServer
) -> None:
    handed_on(ann)
    [asked] = team.wait()
    for number in range(2):
        team.reply_to(asked, f"part {number}")
        time.sleep(0.03 * number)
        bot.kill()
        bot.start()
    telegram.wait_for(lambda: len({m.text for m in ann.messages if "part" in m.text}) == 2, 60)
    said = [m.text.split()[-1] for m in ann.messages if "part" in m.text]
    assert list(dict.fromkeys(said)) == ["0", "1"]


def test_what_was_delivered_just_before_a_kill_can_be_answered(
    bot: BotProcess, ann: Chat, team: Chat, telegram: TelegramServer
) -> None:
    ann.send(QUESTION)
    [reply] = ann.wait(timeout=20)
    telegram.once(lambda: said_in(ann, "not your name"), bot.kill)
    ann.press(reply, ASK)
    [consent] = ann.wait()
    ann.press(consent, SEND)
    telegram.once(lambda: said_in(team, QUESTION), bot.kill)
    bot.ended()
    bot.start()
    [asked] = team.wait(timeout=20)
    team.reply_to(asked, "A smith.")
    telegram.once(lambda: said_in(ann, "A smith."), bot.kill)
    bot.ended()
    bot.start()
    telegram.wait_for(lambda: said_in(ann, "A smith."), 20)
    ann.reply_to(said_in(ann, "A smith.")[0], "And when?")
    bot.ended()
    bot.start()
    telegram.wait_for(lambda: said_in(team, "And when?"), 20)


def days_pass(data: Path, days: float, person: Chat) -> None:
    """Make the open cases of somebody so much older."""
    with closing(sqlite3.connect(data / "faq.db")) as store, store:
        sql = "UPDATE cases SET opened = opened - ? WHERE chat = ?"
        store.execute(sql, (days * 86_400, person.id))


def open_cases(data: Path) -> int:
    """How many cases the store holds."""
    with closing(sqlite3.connect(data / "faq.db")) as store:
        return int(store.execute("SELECT count(*) FROM cases").fetchone()[0])


def test_a_reminder_after_a_day_and_an_honest_end_after_three(
    bot: BotProcess,
    ann: Chat,
    ben: Chat,
    team: Chat,
    tmp_path: Path,
    telegram: TelegramServer,
    start_bot: Start,
) -> None:
    handed_on(ann)
    handed_on(ben, "who baked the first scone")
    team.wait(2)
    bot.stop()
    days_pass(tmp_path / "data", 1.1, ann)
    days_pass(tmp_path / "data", 0.1, ben)
    with closing(sqlite3.connect(tmp_path / "data" / "faq.db")) as store, store:
        # as if Telegram had failed for long
        store.execute("UPDATE cases SET posted = 0 WHERE chat = ?", (ben.id,))
    ben.untaken()
    bot.start()
    another = start_bot(FAQ_EXPERTS=str(team.id))
    late = "\n".join(message.text for message in team.wait(2, timeout=20))  # from one, or from both
    assert "scone" in late
    assert f"for a day: {QUESTION}" in late
    assert "Passed on" in ben.wait(timeout=20)[0].text
    wait_until(lambda: bot.log.count("answers on Telegram") == 3, 20)
    quiet(telegram)
    assert not team.untaken()
    another.stop()
    bot.stop()
    days_pass(tmp_path / "data", 2, ann)
    bot.start()
    assert "nobody of the team has answered" in ann.wait(timeout=20)[0].text
    assert "Three days without an answer" in team.wait(timeout=20)[0].text
    wait_until(lambda: open_cases(tmp_path / "data") == 1)


def test_a_team_that_is_gone_is_told_of_at_once_and_after_three_days(
    bot: BotProcess, ann: Chat, ben: Chat, team: Chat, tmp_path: Path
) -> None:
    handed_on(ann)
    team.block()
    ben.send(QUESTION)
    [reply] = ben.wait(timeout=20)
    ben.press(reply, ASK)
    [consent] = ben.wait()
    ben.press(consent, SEND)
    assert "cannot reach the team" in ben.wait()[0].text
    bot.stop()
    days_pass(tmp_path / "data", 3.1, ann)
    bot.start()
    assert "nobody of the team has answered" in ann.wait(timeout=20)[0].text
    wait_until(lambda: open_cases(tmp_path / "data") == 0)


def test_one_process_of_several_reminds_and_another_where_that_one_dies(
    database: Database,
) -> None:
    async def tried() -> None:
        here, there = Cases(database), Cases(database)
        case = await opened(here)
        assert [await here.claim(case), await there.claim(case)] == [True, False]
        with closing(sqlite3.connect(database.engine._file)) as store, store:  # type: ignore[attr-defined]  # SQLite's
            store.execute("UPDATE cases SET claimed = claimed - ?", (CLAIMED + 1,))
        assert await there.claim(case)
        await there.reminded(case)
        assert not await here.claim(case)  # read before the other had reminded

    asyncio.run(tried())


def test_a_group_that_has_moved_counts_its_messages_anew(database: Database) -> None:
    async def tried() -> None:
        cases = Cases(database)
        case = await opened(cases)
        await cases.link(case, ours=57, theirs=3)
        assert await cases.of_ours(57)
        await cases.moved(-5, -1005)
        assert await cases.of_ours(57) is None

    asyncio.run(tried())


async def opened(cases: Cases) -> Case:
    """A case of somebody's."""
    await cases.offer(9, Offer(QUESTION, "no answer"), consent=1)
    case = await cases.open(9, "en", consent=1)
    assert case
    return case


def test_a_group_that_moves_is_found_again(
    content: Path,
    ann: Chat,
    telegram: TelegramServer,
    rosa: User,
    start_bot: Start,
) -> None:
    team = telegram.group("Team", rosa, kind="group")
    bot = start_bot(FAQ_EXPERTS=str(team.id))
    wait_until(lambda: "polls" in bot.log, 20)
    start_bot(FAQ_EXPERTS=str(team.id))  # in one store, and not there when it moves
    wait_until(lambda: "standing by" in bot.log, 20)
    team.migrate()
    handed_on(ann)
    [asked] = team.wait(timeout=20)
    bot.kill()
    team.reply_to(asked, "A smith.")
    telegram.wait_for(lambda: said_in(ann, "A smith."), 20)


def test_an_answer_that_comes_before_the_notice_of_the_move_reaches_who_asked(
    ann: Chat, telegram: TelegramServer, rosa: User, content: Path, start_bot: Start
) -> None:
    team = telegram.group("Team", rosa, kind="group")
    start_bot(FAQ_EXPERTS=str(team.id))
    telegram.fault("sendMessage", Fault.too_many_requests(retry_after=30))
    team.send("@faq_test_bot what is tea")  # the notice has to wait behind it
    telegram.wait_for(lambda: telegram.calls_of("sendMessage"), 20)
    team.migrate()
    handed_on(ann)
    [asked] = team.wait(timeout=20)
    team.reply_to(asked, "A smith.")
    telegram.wait_for(lambda: said_in(ann, "A smith."), 20)


def test_a_move_nobody_has_told_of_shows_in_where_a_question_arrives(
    ann: Chat, telegram: TelegramServer, rosa: User, content: Path, start_bot: Start
) -> None:
    team = telegram.group("Team", rosa, kind="group")
    was, told = team.id, team.migrate()
    with client_of(telegram) as somebody:
        somebody.call("getUpdates", offset=told + 2)  # the notices: to a bot whose store is gone
    start_bot(FAQ_EXPERTS=str(was))
    handed_on(ann)
    [asked] = team.wait(timeout=20)
    team.reply_to(asked, "A smith.")
    telegram.wait_for(lambda: said_in(ann, "A smith."), 20)
