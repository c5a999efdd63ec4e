"""A chat as a test drives it: people write and press, the bot's messages are waited for."""

from __future__ import annotations

import re
from typing import Any

from tests.strict_telegram.facts import BotMessage, ChatRecord, Json, User
from tests.strict_telegram.html import Entity, utf16_length
from tests.strict_telegram.world import PATIENCE, World, now, wait_for

# What Telegram marks by itself in a text that somebody types.
MARKED = re.compile(r"(?<!\S)(?:(?P<bot_command>/\w{1,64}(?:@\w+)?)|(?P<mention>@\w{3,32}))", re.A)


class Chat:
    """One chat, or one topic of it; every method that does something gives the update's id."""

    def __init__(self, world: World, record: ChatRecord, thread_id: int | None = None) -> None:
        self.world = world
        self.record = record
        self.thread_id = thread_id
        self._records = [record]  # the first one and those it has migrated to
        self._begun = self._taken = 0

    @property
    def id(self) -> int:
        """The id of the chat, the new one after a migration."""
        return self.record.id

    @property
    def messages(self) -> tuple[BotMessage, ...]:
        """All the bot has sent and edited here, in order."""
        sent = [message for record in self._records for message in tuple(record.outbox)]
        return tuple(
            message
            for message in sent[self._begun :]
            if self.thread_id in {None, message.thread_id}
        )

    def anew(self) -> Chat:
        """The same chat for who has read nothing in it so far."""
        chat = Chat(self.world, self.record)
        chat._begun = len(self.record.outbox)
        return chat

    def wait(self, n: int = 1, *, timeout: float = PATIENCE) -> list[BotMessage]:
        """The next messages (or edits) the test has not taken yet; AssertionError if too few."""
        wait_for(
            self.world,
            lambda: len(self.messages) >= self._taken + n,
            timeout,
            lambda: f"{n} messages, but got {[new.text for new in self.messages[self._taken :]]}",
        )
        start, self._taken = self._taken, self._taken + n
        return list(self.messages[start : self._taken])

    def untaken(self) -> list[BotMessage]:
        """What has come beyond what the test waited for."""
        return list(self.messages[self._taken :])

    def topic(self, title: str) -> Chat:
        """A topic of this group, created now; the group becomes a forum."""
        with self.world.changing() as world:
            thread_id = next(world.message_ids)
            self.record.topics[thread_id] = title
        return Chat(self.world, self.record, thread_id)

    def remove_topic(self, thread_id: int) -> None:
        """Somebody deletes a topic; the bot is not told."""
        with self.world.changing():
            del self.record.topics[thread_id]
            self.record.removed_topics.add(thread_id)

    def become_forum(self, *, may_manage: bool = True) -> None:
        """The group gets topics; the bot may make some, or not."""
        with self.world.changing():
            self.record.has_topics = True
            self.record.may_manage_topics = may_manage

    def lose_topics(self) -> None:
        """The group is one room again."""
        with self.world.changing():
            self.record.has_topics = False

    def send(self, text: str, *, user: User | None = None, **fields: Any) -> int:
        """Somebody (else than the first member: name the user) writes a text.

        Fields of the Bot API's Message may be added, as `via_bot=other.json()`.
        """
        return self._say({"text": text} | _marks(text) | fields, user)

    def reply_to(
        self, message: BotMessage | int, text: str, *, user: User | None = None, **fields: Any
    ) -> int:
        """Somebody replies to a message of the bot, or to one sent with this update id."""
        return self.send(text, user=user, **self._replying(message), **fields)

    def _replying(self, message: BotMessage | int | None) -> Json:
        if message is None:
            return {}
        original = dict(self.record.messages[self._message_id(message)])
        original.pop("reply_to_message", None)
        return {"reply_to_message": original}

    def edit(self, update_id: int, text: str) -> int:
        """The text sent with this update is edited by its author."""
        with self.world.changing() as world:
            old = self.record.messages[world.sent[update_id]]
            kept = {name: value for name, value in old.items() if name != "entities"}
            message = kept | {"text": text, "edit_date": now()} | _marks(text)
            self.record.messages[message["message_id"]] = message
            kind = "edited_channel_post" if self.record.kind == "channel" else "edited_message"
            return self._queued(kind, message)

    def edit_caption(self, update_id: int, caption: str) -> int:
        """What stands below the picture sent with this update is edited by its author."""
        with self.world.changing() as world:
            old = self.record.messages[world.sent[update_id]]
            message = old | {"caption": caption, "edit_date": now()}
            self.record.messages[message["message_id"]] = message
            return self._queued("edited_message", message)

    def send_voice(
        self, *, user: User | None = None, reply_to: BotMessage | int | None = None
    ) -> int:
        """Somebody sends a voice message."""
        content: Json = {"voice": _file("AwAC") | {"duration": 3}}
        return self._say(content | self._replying(reply_to), user)

    def send_photo(
        self,
        *,
        caption: str = "",
        user: User | None = None,
        reply_to: BotMessage | int | None = None,
        **fields: Any,
    ) -> int:
        """Somebody sends a photo."""
        content: Json = {"photo": [_file("AgAC") | {"width": 90, "height": 60}]}
        below = {"caption": caption} if caption else {}
        return self._say(content | below | self._replying(reply_to) | fields, user)

    def send_sticker(
        self, *, user: User | None = None, reply_to: BotMessage | int | None = None
    ) -> int:
        """Somebody sends a sticker."""
        shape = {"type": "regular", "width": 512, "height": 512}
        sticker = _file("CAAC") | shape | {"is_animated": False, "is_video": False}
        return self._say({"sticker": sticker} | self._replying(reply_to), user)

    def send_location(self, *, user: User | None = None) -> int:
        """Somebody sends a place."""
        return self._say({"location": {"latitude": 48.1, "longitude": 11.6}}, user)

    def press(self, message: BotMessage, text: str, *, user: User | None = None) -> int:
        """Somebody presses the button with this text, as it was when the message was taken."""
        button = message.button(text)
        assert button.data, f"button {text!r} has no callback data"
        place = self.record.messages.get(message.message_id) or _gone(self.record, message)
        with self.world.changing() as world:
            query = world.ask("callback", f"button {text!r} below {message.text[:40]!r}")
            content = {"id": query.id, "from": self._author(user).json(), "message": place}
            content |= {"chat_instance": str(self.id), "data": button.data}
            update_id = world.add_update("callback_query", content)
            world.question_of_update[update_id] = query.id
            return update_id

    def remove(self, message: BotMessage | int) -> None:
        """A message is deleted by somebody; the bot is not told."""
        with self.world.changing():
            message_id = self._message_id(message)
            del self.record.messages[message_id]
            self.record.removed.add(message_id)

    def block(self) -> int:
        """The user blocks the bot, or the group throws it out."""
        return self._bot_status("kicked")

    def unblock(self) -> int:
        """The user starts the bot again, or the group takes it back."""
        return self._bot_status("member")

    def migrate(self) -> int:
        """The group becomes a supergroup with a new id, which this Chat stands for from now on."""
        with self.world.changing() as world:
            old = self.record
            new_id = -1_000_000_000_000 - next(world.ids)
            notice = self._say({"migrate_to_chat_id": new_id}, None)
            old.moved_to = new_id
            self.record = ChatRecord(new_id, "supergroup", old.title, old.members)
            world.chats[new_id] = self.record
            self._records.append(self.record)
            self._say({"migrate_from_chat_id": old.id}, None)
            return notice

    def _bot_status(self, status: str) -> int:
        with self.world.changing() as world:
            before, self.record.status = self.record.status, status
            content: Json = {"chat": self.record.json(), "from": self._author(None).json()}
            content |= {"date": now(), "old_chat_member": _member(world.me, before)}
            content |= {"new_chat_member": _member(world.me, status)}
            return world.add_update("my_chat_member", content)

    def _say(self, content: Json, user: User | None) -> int:
        with self.world.changing() as world:
            message: Json = {"message_id": next(world.message_ids), "date": now()}
            message |= {"chat": self.record.json()} | self._origin(user)
            if self.thread_id is not None:
                message |= {"message_thread_id": self.thread_id, "is_topic_message": True}
            message |= content
            self.record.messages[message["message_id"]] = message
            return self._queued(
                "channel_post" if self.record.kind == "channel" else "message", message
            )

    def _queued(self, kind: str, message: Json) -> int:
        update_id = self.world.add_update(kind, message)
        self.world.sent[update_id] = message["message_id"]
        return update_id

    def _origin(self, user: User | None) -> Json:
        if self.record.kind == "channel":
            return {"sender_chat": self.record.json()}
        return {"from": self._author(user).json()}

    def _author(self, user: User | None) -> User:
        return user or self.record.members[0]

    def _message_id(self, message: BotMessage | int) -> int:
        return self.world.sent[message] if isinstance(message, int) else message.message_id


def _marks(text: str) -> Json:
    found = [
        Entity(match.lastgroup or "", utf16_length(text[: match.start()]), len(match.group()))
        for match in MARKED.finditer(text)
    ]
    return {"entities": [entity.json() for entity in found]} if found else {}


def _file(prefix: str) -> Json:
    return {"file_id": f"{prefix}AgIAAxkBAAIB", "file_unique_id": f"{prefix}AQAD"}


def _gone(record: ChatRecord, message: BotMessage) -> Json:
    return {"chat": record.json(), "message_id": message.message_id, "date": 0}


def _member(user: User, status: str) -> Json:
    banned = {"until_date": 0} if status == "kicked" else {}
    return {"user": user.json(), "status": status, **banned}
