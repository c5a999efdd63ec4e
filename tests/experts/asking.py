"""What the tests of the team have in common: a question in vain, handed on."""

from __future__ import annotations

from tests.strict_telegram.chat import Chat
from tests.strict_telegram.facts import BotMessage

ADMIN = 77
ASK, SEND = "Ask a person", "Pass it on"
QUESTION = "who invented the samovar"


def handed_on(person: Chat, query: str = QUESTION) -> BotMessage:
    """Ask in vain and pass it on; the message that says so."""
    person.send(query)
    [reply] = person.wait(timeout=20)
    person.press(reply, ASK)
    [consent] = person.wait()
    person.press(consent, SEND)
    sent, _ = person.wait(2)
    return sent


def said_in(chat: Chat, words: str) -> list[BotMessage]:
    """The bot's messages in a chat that hold some words."""
    return [message for message in chat.messages if words in message.text]
