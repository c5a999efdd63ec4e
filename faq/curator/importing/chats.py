"""Exported chats: what people asked, and what the shop or office wrote back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from faq.curator.importing.asking import asks, question_text
from faq.curator.importing.blocks import Pair
from faq.curator.importing.values import from_markdown
from faq.markup import quoted

#: Messages of a file at least, that it is a chat.
FEWEST = 4
_WHEN = (
    r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4},? \d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:[ \u202f]?[ap]\.?m\.?)?"
)
#: "[12.03.26, 10:15:02] Ann: …", as WhatsApp writes it on an iPhone, or "3/12/26, 10:15 - Ann: …";
#: or a line "Ann, [12.03.26 10:15]" of its own, as Telegram copies it.
_MESSAGE = re.compile(
    rf"^\u200e?\[?{_WHEN}(?:\] | - )(?P<who>[^:\n]{{1,60}}): (?P<said>.*)$", re.IGNORECASE
)
_ABOVE = re.compile(
    rf"^(?P<who>[^\n\[\]]{{1,60}}?)(?:,| [—–-])? ?\[?{_WHEN}\]?(?P<said>)$", re.IGNORECASE
)
#: What the program says, not a person.
_UNSAID = re.compile(r"\u200e|<[^<>]+>\s*$")
_GREETING = re.compile(
    r"(?:hi|hello|hey|hallo|moin|servus|guten (?:tag|morgen|abend)|good (?:morning|evening)|hola"
    r"|buen[oa]s (?:días|tardes)|bonjour|ciao|buongiorno|olá|bom dia|cześć|dzień dobry|merhaba"
    r"|привет|здравствуйте|добрый день|вітаю)\b[\s,.!]+",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")


@dataclass(slots=True)
class _Message:
    who: str
    said: str
    line: int


def chat_pairs(text: str) -> tuple[Pair, ...]:
    """The questions of a chat that were answered; none where a text is no chat."""
    messages = _messages(text)
    house = _house(messages)
    if len(messages) < FEWEST or not house:
        return ()
    turns = [(who, list(said)) for who, said in groupby(messages, lambda m: m.who == house)]
    return tuple(
        Pair(question, from_markdown(quoted("\n".join(m.said for m in told))), place=place)
        for (answers, asked), (_, told) in pairwise(turns)
        if not answers and (question := _asked(asked))
        for place in (f"line {asked[0].line}",)
    )


def _messages(text: str) -> list[_Message]:
    """The messages in their order; a line without a time goes on with the one above."""
    found: list[_Message] = []
    for number, line in enumerate(text.splitlines(), 1):
        match = _MESSAGE.match(line) or _ABOVE.match(line.strip())
        if match:
            found.append(_Message(match["who"].strip(), match["said"].strip(), number))
        elif found:
            found[-1].said += f"\n{line.rstrip()}"
    for message in found:
        message.said = message.said.strip()
    return [m for m in found if not _UNSAID.match(m.said)]


def _house(messages: Sequence[_Message]) -> str:
    """Who answers most of what others ask; empty where nobody is asked."""
    replies = Counter(
        after.who
        for before, after in pairwise(messages)
        if after.who != before.who and any(_questions(before.said))
    )
    return replies.most_common(1)[0][0] if replies else ""


def _asked(messages: Sequence[_Message]) -> str:
    """What somebody asks in several messages, without what else they say."""
    return question_text(quoted(" ".join(q for m in messages for q in _questions(m.said))))


def _questions(said: str) -> Iterator[str]:
    return filter(asks, _SENTENCE.split(_GREETING.sub("", " ".join(said.split()), count=1)))
