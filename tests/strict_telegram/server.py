"""A strict Telegram Bot API server for tests, which can fail on demand.

    with TelegramServer() as server:
        ann = server.user("Ann", language_code="en")
        chat = server.private(ann)
        ...                                  # start a bot that talks to server.url
        chat.send("what is a stent?")
        [answer] = chat.wait()
        chat.press(answer, answer.labels[0])
        server.check()

It runs in a thread of its own, so that the bot may be another process and the test plain code.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Self, TypeVar

from aiohttp import web

from tests.strict_telegram.chat import Chat
from tests.strict_telegram.delivery import Delivery
from tests.strict_telegram.facts import BotMessage, Button, Call, ChatRecord, Json, Question, User
from tests.strict_telegram.faults import ANY_METHOD, Fault
from tests.strict_telegram.http import Front
from tests.strict_telegram.spec import models
from tests.strict_telegram.world import PATIENCE, World, wait_for

__all__ = ["ANY_METHOD", "BotMessage", "Button", "Call", "Chat", "Fault", "TelegramServer", "User"]

TOKEN = "123456789:AAtestTOKENtestTOKENtestTOKENtest00"
BOT_USERNAME = "faq_test_bot"
T = TypeVar("T")


class TelegramServer:
    """The server, from the moment it is entered; leaving it never raises, `check` does."""

    def __init__(self, *, token: str = TOKEN) -> None:
        self.token = token
        self.me = User(int(token.split(":")[0]), "FAQ", BOT_USERNAME, kind="bot")
        self._world = World(self.me)
        self._delivery = Delivery(self._world)
        self._front = Front(self._world, token, self._delivery)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._runner: web.AppRunner | None = None
        self.url = ""

    def __enter__(self) -> Self:
        models()  # now: the first call shall take no longer than the others
        self._thread.start()
        self.url = self._run(self._start())
        self._world.listeners.append(self._wake)
        return self

    def __exit__(self, *_: object) -> None:
        self._world.listeners.clear()
        self._run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    # People and chats

    def user(self, first_name: str, *, language_code: str = "", user_id: int | None = None) -> User:
        """Somebody new; has not written to the bot yet."""
        return self._add_user(first_name, language_code, "person", user_id)

    def other_bot(self, first_name: str) -> User:
        """A bot that may be in the same group."""
        return self._add_user(first_name, "", "bot", None)

    def private(self, user: User) -> Chat:
        """The chat of a user with the bot."""
        return self._add_chat(ChatRecord(user.id, "private", "", [user]))

    def group(self, title: str, *members: User, kind: str = "supergroup") -> Chat:
        """A group with the bot in it; kind "group" can migrate, `topic` makes it a forum."""
        return self._add_chat(ChatRecord(self._group_id(kind), kind, title, list(members)))

    def channel(self, title: str) -> Chat:
        """A channel with the bot in it; what is sent there has no author."""
        return self._add_chat(ChatRecord(self._group_id("channel"), "channel", title, [self.me]))

    # Questions that the bot answers with something else than a message

    def inline(self, user: User, query: str, *, offset: str = "") -> int:
        """The user types `@bot query` in some chat; the id of the update."""
        with self._world.changing() as world:
            asked = world.ask("inline", f"inline query {query!r}")
            content: Json = {"id": asked.id, "from": user.json(), "query": query}
            content |= {"offset": offset, "chat_type": "sender"}
            update_id = world.add_update("inline_query", content)
            world.question_of_update[update_id] = asked.id
            return update_id

    def answer_to(self, update_id: int, *, timeout: float = PATIENCE) -> Mapping[str, Any]:
        """The parameters with which the bot answered this press or inline query."""
        question = self._question(update_id)
        self.wait_for(lambda: question.answer is not None, timeout, f"answer to {question.told}")
        return question.answer or {}

    def expire(self, update_id: int) -> None:
        """This press or inline query has become too old to be answered."""
        with self._world.changing():
            self._question(update_id).expired = True

    # What goes wrong

    def once(self, seen: Callable[[], object], do: Callable[[], object]) -> None:
        """Do something the moment that is seen, before the bot hears how its call has ended."""
        done: list[bool] = []

        def look() -> None:
            if not done and seen():
                done.append(True)
                do()

        self._world.listeners.append(look)

    def fault(
        self,
        method: str,
        fault: Fault,
        *,
        times: int | None = None,
        for_seconds: float | None = None,
    ) -> None:
        """Let the next calls of a method (ANY_METHOD: of all) fail: once, or as told."""
        with self._world.changing():
            self._front.faults.add(method, fault, times=times, seconds=for_seconds)

    def clear_faults(self) -> None:
        """Let nothing fail any more."""
        with self._world.changing():
            self._front.faults.clear()

    def duplicate_next_update(self) -> None:
        """Deliver the next update twice: again in the poll after its acknowledgement."""
        with self._world.changing() as world:
            world.updates.repeats_wanted += 1

    @property
    def latency(self) -> float:
        """Seconds every call waits before it is handled."""
        return self._front.latency

    @latency.setter
    def latency(self, seconds: float) -> None:
        self._front.latency = seconds

    # What the bot did

    @property
    def calls(self) -> tuple[Call, ...]:
        """Every call, in order of arrival, also those that met a fault."""
        return tuple(self._world.calls)

    def calls_of(self, method: str) -> tuple[Call, ...]:
        """The calls of one method."""
        return tuple(call for call in self.calls if call.method == method)

    @property
    def pending(self) -> int:
        """How many updates the bot has not acknowledged."""
        return len(self._world.updates.pending)

    @property
    def violations(self) -> list[str]:
        """The mistakes of the bot so far; unanswered presses are added by `check`."""
        return list(self._world.violations)

    def wait_for(
        self,
        predicate: Callable[[], object],
        timeout: float = PATIENCE,
        awaited: str = "a condition",
    ) -> None:
        """Return once the predicate holds; AssertionError after so many seconds."""
        wait_for(self._world, predicate, timeout, lambda: awaited)

    def check(self, *, patience: float = 1.0) -> None:
        """AssertionError with all violations; waits a little for answers to pressed buttons."""
        try:
            self.wait_for(lambda: not self._unanswered(), patience)
        except AssertionError:
            late = [f"answerCallbackQuery: never for {told}" for told in self._unanswered()]
        else:
            late = []
        found = self.violations + late
        assert not found, "\n".join(["the bot broke the Bot API's rules:", *found])

    # Inside

    def _unanswered(self) -> list[str]:
        questions = tuple(self._world.questions.values())
        return [asked.told for asked in questions if asked.kind == "callback" and _open(asked)]

    def _question(self, update_id: int) -> Question:
        return self._world.questions[self._world.question_of_update[update_id]]

    def _add_user(self, name: str, language: str, kind: str, user_id: int | None) -> User:
        with self._world.changing() as world:
            number = next(world.ids) if user_id is None else user_id
            user = User(number, name, f"{name.lower()}_{number}", language, kind)
            world.users[number] = user
            return user

    def _add_chat(self, record: ChatRecord) -> Chat:
        with self._world.changing() as world:
            return Chat(world, world.chats.setdefault(record.id, record))

    def _group_id(self, kind: str) -> int:
        number = next(self._world.ids)
        return -number if kind == "group" else -1_000_000_000_000 - number

    def _wake(self) -> None:
        self._loop.call_soon_threadsafe(self._delivery.wake)

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _start(self) -> str:
        self._runner = web.AppRunner(
            self._front.app(), access_log=None, handler_cancellation=True, shutdown_timeout=0.1
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        _, port = self._runner.addresses[0][:2]
        return f"http://127.0.0.1:{port}"

    async def _stop(self) -> None:
        await self._delivery.stop()
        if self._runner:
            await self._runner.cleanup()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()


def _open(question: Question) -> bool:
    return question.answer is None and not question.attempted and not question.expired
