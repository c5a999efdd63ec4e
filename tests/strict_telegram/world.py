"""What exists on the server's side: chats, messages, files, questions that wait for an answer."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.strict_telegram.facts import (
    ApiError,
    Blame,
    Call,
    ChatRecord,
    Json,
    Question,
    Upload,
    User,
    circumstance,
    mistake,
)
from tests.strict_telegram.updates import UpdateQueue, Webhook

#: How long to wait for what a bot should do, before it counts as not done (seconds). It tells
#: nothing of how fast a bot is: machines that test are busy, and a bot takes a while to start.
PATIENCE = 20.0


def now() -> int:
    """Seconds since 1970, as Telegram dates are."""
    return int(time.time())


@dataclass
class World:
    """All state of a server; change it only inside `with world.changing():`."""

    me: User
    users: dict[int, User] = field(default_factory=dict)
    chats: dict[int, ChatRecord] = field(default_factory=dict)
    updates: UpdateQueue = field(default_factory=UpdateQueue)
    webhook: Webhook = field(default_factory=Webhook)
    calls: list[Call] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    questions: dict[str, Question] = field(default_factory=dict)
    question_of_update: dict[int, str] = field(default_factory=dict)
    sent: dict[int, int] = field(default_factory=dict)  # update id → message id
    files: dict[str, Upload] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    profile: dict[tuple[str, str], str] = field(default_factory=dict)
    ids: itertools.count[int] = field(default_factory=lambda: itertools.count(501))
    message_ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    lock: threading.Condition = field(default_factory=threading.Condition)
    listeners: list[Callable[[], object]] = field(default_factory=list)
    version: int = 0

    def changing(self) -> _Change:
        """A block in which this thread alone changes the world; waiters look again after it."""
        return _Change(self)

    def violate(self, text: str) -> None:
        """Record a mistake of the bot."""
        self.violations.append(text)

    def add_update(self, kind: str, content: Json) -> int:
        """Queue an update; its id."""
        return self.updates.add(kind, content)

    def ask(self, kind: str, told: str) -> Question:
        """A new question for the bot, a pressed button or an inline query."""
        question = Question(kind, str(next(self.ids) * 7_919), told)
        self.questions[question.id] = question
        return question

    def chat_to_write_to(self, chat_id: Any) -> ChatRecord:
        """The chat a call names; raises what Telegram would answer where the bot may not write."""
        chat = self.chat_named(chat_id)
        if chat.moved_to is not None:
            text = "group chat was upgraded to a supergroup chat"
            raise circumstance(text, migrate_to_chat_id=chat.moved_to)
        if chat.status == "kicked" and chat.kind == "private":
            raise circumstance("Forbidden: bot was blocked by the user", code=403)
        if chat.status == "kicked":
            text = f"Forbidden: bot was kicked from the {chat.kind} chat"
            raise circumstance(text, code=403)
        return chat

    def chat_named(self, chat_id: Any) -> ChatRecord:
        """The chat with this id."""
        if chat_id in self.chats:
            return self.chats[chat_id]
        if chat_id in self.users:
            text = "Forbidden: bot can't initiate conversation with a user"
            raise circumstance(text, code=403)
        raise mistake("chat not found")

    def message_named(self, chat: ChatRecord, message_id: Any, purpose: str) -> Json:
        """A message that still exists; only one that never existed is the bot's mistake."""
        if message_id in chat.messages:
            return chat.messages[message_id]
        text = f"message to {purpose} not found"
        raise circumstance(text) if message_id in chat.removed else mistake(text)

    def keep_file(self, upload: Upload) -> str:
        """Store an uploaded photo; its new file_id."""
        file_id = f"AgACAgIAAxkDAAIB{next(self.ids):08d}"
        self.files[file_id] = upload
        return file_id

    def fail(self, method: str, error: ApiError) -> Json:
        """The answer of a failed call, recorded if the bot is to blame."""
        if error.blame is Blame.BOT:
            self.violate(f"{method}: {error.code} {error.description}")
        return error.body()


class _Change:
    """Holds the lock and tells everybody who waits, whatever happened inside."""

    def __init__(self, world: World) -> None:
        self.world = world

    def __enter__(self) -> World:
        self.world.lock.acquire()
        return self.world

    def __exit__(self, *_: object) -> None:
        self.world.version += 1
        self.world.lock.notify_all()
        self.world.lock.release()
        for listener in tuple(self.world.listeners):
            listener()


def wait_for(
    world: World, predicate: Callable[[], object], timeout: float, awaited: Callable[[], str]
) -> None:
    """Return once the predicate holds; AssertionError tells what was awaited, and the trouble."""
    end = time.monotonic() + timeout
    while True:
        version = world.version
        if predicate():
            return
        left = end - time.monotonic()
        if left <= 0:
            break
        # Looks again after a while at the latest: it may hang on more than the world.
        _wait_for_change(world, version, min(left, 0.05))
    calls = [call.method for call in world.calls[-5:]]
    trouble = f"last calls: {calls}; violations: {world.violations}"
    raise AssertionError(f"waited {timeout} s for {awaited()}; {trouble}")


def _wait_for_change(world: World, version: int, seconds: float) -> None:
    with world.lock:
        world.lock.wait_for(lambda: world.version != version, seconds)
