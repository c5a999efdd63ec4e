"""The facts the test server hands around: users, buttons, sent messages, calls, errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto
from typing import Any

from tests.strict_telegram.html import Entity

Json = dict[str, Any]


class Blame(StrEnum):
    """Who caused an error: only the bot's own mistakes are violations."""

    BOT = auto()
    WORLD = auto()


class ApiError(Exception):
    """An error answer of the Bot API."""

    def __init__(self, code: int, description: str, blame: Blame, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.blame = blame
        self.parameters = parameters

    def body(self) -> Json:
        """The JSON answer."""
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


def mistake(description: str) -> ApiError:
    """A 400 that a correct bot never causes; the description without its "Bad Request: "."""
    return ApiError(400, f"Bad Request: {description}", Blame.BOT)


def circumstance(description: str, *, code: int = 400, **parameters: int) -> ApiError:
    """An error that can meet a correct bot."""
    text = f"Bad Request: {description}" if code == 400 else description
    return ApiError(code, text, Blame.WORLD, **parameters)


@dataclass(frozen=True)
class User:
    """Somebody who talks to the bot, or a bot."""

    id: int
    first_name: str
    username: str
    language_code: str = ""
    kind: str = "person"  # or "bot"

    def json(self) -> Json:
        """The user as the Bot API sends it."""
        data: Json = {"id": self.id, "is_bot": self.kind == "bot", "first_name": self.first_name}
        data |= {"username": self.username}
        return data | ({"language_code": self.language_code} if self.language_code else {})


@dataclass(frozen=True)
class Button:
    """A button below a message; of data, url and query only one is set."""

    text: str
    data: str = ""
    url: str = ""
    query: str | None = None


@dataclass(frozen=True)
class BotMessage:
    """What the bot has sent or, with edited set, changed: a picture of that moment."""

    chat_id: int
    message_id: int
    method: str
    text: str
    html: str
    entities: tuple[Entity, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
    edited: bool = False
    thread_id: int | None = None
    reply_to: int | None = None
    photo: str = ""
    voice: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def labels(self) -> tuple[str, ...]:
        """The texts of all buttons, row after row."""
        return tuple(button.text for row in self.buttons for button in row)

    def button(self, text: str) -> Button:
        """The button with this text; AssertionError names those there are."""
        for row in self.buttons:
            for button in row:
                if button.text == text:
                    return button
        raise AssertionError(f"no button {text!r} below {self.text!r}, only {self.labels}")


@dataclass(frozen=True)
class Call:
    """A call the bot made; time in seconds of time.monotonic()."""

    time: float
    method: str
    params: Mapping[str, Any]


@dataclass(frozen=True)
class Upload:
    """A file the bot sent along."""

    name: str
    content: bytes


@dataclass
class ChatRecord:
    """A chat as the server knows it."""

    id: int
    kind: str
    title: str
    members: list[User]
    topics: dict[int, str] = field(default_factory=dict)
    messages: dict[int, Json] = field(default_factory=dict)
    outbox: list[BotMessage] = field(default_factory=list)
    removed: set[int] = field(default_factory=set)
    status: str = "member"  # the bot's: "kicked" once the user has blocked it
    moved_to: int | None = None
    has_topics: bool = False
    may_manage_topics: bool = True
    removed_topics: set[int] = field(default_factory=set)

    @property
    def is_forum(self) -> bool:
        """Whether the group has topics."""
        return self.has_topics or bool(self.topics)

    def json(self) -> Json:
        """The chat as the Bot API sends it."""
        if self.kind == "private":
            user = self.members[0]
            names = {"first_name": user.first_name, "username": user.username}
            return {"id": self.id, "type": "private", **names}
        forum = {"is_forum": True} if self.is_forum else {}
        return {"id": self.id, "type": self.kind, "title": self.title, **forum}


@dataclass
class Question:
    """A pressed button or an inline query that waits for the bot's answer."""

    kind: str  # "callback" or "inline"
    id: str
    told: str
    answer: Json | None = None
    attempted: bool = False
    expired: bool = False
