"""Every fixed sentence a user can read, one table a language.

What speaks about the document stands in the content's faq.toml, under [texts], and goes before
the sentence of the same name here. In braces: {title}, {source}, {reviewed}, {kept} and {days} are
filled in by `fitted`; {topic}, {page}, {pages}, {note} and {day} where the sentence is used.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from faq import Knowledge


@dataclass(frozen=True, slots=True)
class Texts:
    """All sentences in one language."""

    source: str
    welcome: str
    disclaimer: str
    help: str
    about: str
    reviewed: str
    privacy: str
    kept: str
    not_kept: str
    forgotten: str
    fallback: str
    suggest: str
    none_of_these: str
    topics: str
    topic: str
    topic_page: str
    all_topics: str
    previous: str
    next: str
    note: str
    note_source: str
    quote: str
    ours: str
    share: str
    helpful_yes: str
    helpful_no: str
    thanks_helpful: str
    thanks_unhelpful: str
    stale: str
    not_text: str
    unknown_command: str
    inline_hint: str
    inline_ask: str
    picture: str
    no_such_number: str
    privacy_here: str
    description: str
    short_description: str
    terminal: str
    terminal_telegram: str
    commands: tuple[tuple[str, str], ...]
    months: tuple[str, ...]

    def day(self, day: date) -> str:
        """A date as people write it."""
        return f"{day.day} {self.months[day.month - 1]} {day.year}"


ENGLISH = Texts(
    source="the document",
    welcome=(
        "Hello. I answer questions about “{title}”. Ask in your own words. Spelling doesn't matter."
    ),
    disclaimer="I know only this one document. If it doesn't have the answer, I say so.",
    help=(
        "Ask me about “{title}” in your own words.\n\n"
        "/topics shows everything I can answer\n/random picks a question for you\n"
        "/about says where my answers come from\n/privacy says what is kept\n\n"
        "For example:"
    ),
    about=(
        "My answers come from one document, “{title}”. People wrote them in advance; I find the "
        "one that fits your question. If I don't have one, I say so."
    ),
    reviewed="My answers were last reviewed on {reviewed}.",
    privacy=(
        "{kept}\n\n"
        "So that you can ask “and why?”, I remember my last answer to you for half an hour. So "
        "that I can correct an answer when you correct your question, I remember for two days "
        "which message answered which. /forget deletes both at once."
    ),
    kept=(
        "I may keep your question to make the answers better, without your name, your number or "
        "anything else that tells who you are. Phone numbers and e-mail addresses are blanked "
        "out. After {days} days it is deleted. Only its wording may stay, among those I have "
        "learnt to understand. Please leave out names and other private things."
    ),
    not_kept="I don't keep your questions.",
    forgotten="Done. I have forgotten what we talked about.",
    fallback="I don't have an answer to that, or I didn't understand you. Here is what I know:",
    suggest="I'm not sure I understood you. Did you mean:",
    none_of_these="None of these",
    topics="What would you like to know about?",
    topic="{topic}",
    topic_page="{topic} (page {page} of {pages})",
    all_topics="All topics",
    previous="« Back",
    next="More »",
    note="Editor's note",
    note_source="Source: {note}. Checked {day}.",
    quote="From {source}",
    ours="Drawn for this bot; not a figure from {source}.",
    share="Share this answer",
    helpful_yes="👍 Helpful",
    helpful_no="👎 Not helpful",
    thanks_helpful="Thank you. I'm glad it helped.",
    thanks_unhelpful="Thank you for telling me. Ask again in other words, or look at the topics.",
    stale="That button is from an older message. Please ask me again.",
    not_text="I can only read text. Please type your question.",
    unknown_command="I don't know that command. Just type your question, or pick one:",
    inline_hint="Ask about “{title}”",
    inline_ask="Ask me something yourself",
    picture="Picture",
    no_such_number="There is no number {number} here. Pick another, or type a question.",
    privacy_here="Here in the terminal nothing you type is kept, and nothing leaves your computer.",
    description=(
        "I answer questions about “{title}” from one document, or say honestly that it doesn't "
        "cover them."
    ),
    short_description="Answers questions about “{title}” from one document.",
    terminal="Type a question, or a number to pick one. /topics, /help; Ctrl-D ends.",
    terminal_telegram="Set TELEGRAM_BOT_TOKEN to run this as a Telegram bot (see README.md).",
    commands=(
        ("topics", "Everything I can answer"),
        ("help", "How to ask, with examples"),
        ("random", "A question picked for you"),
        ("about", "Where my answers come from"),
        ("privacy", "What is kept, and what isn't"),
        ("forget", "Forget what we talked about"),
    ),
    months=(
        *("January", "February", "March", "April", "May", "June", "July"),
        *("August", "September", "October", "November", "December"),
    ),
)

LANGUAGES = {"en": ENGLISH}

#: Something broke while handling a question; said once.
TROUBLE = "Sorry, something went wrong on my side. Please ask me again in a moment."

#: More questions than a person can read answers to; said once a flood.
SLOW_DOWN = "You are faster than I am. Please slow down a little: give me a minute."


def texts_for(language_code: str | None) -> Texts:
    """The sentences in a person's language, or in English."""
    return LANGUAGES.get((language_code or "en").split("-")[0].lower(), ENGLISH)


def fitted(texts: Texts, knowledge: Knowledge, *, days: int) -> Texts:
    """The sentences with the content's own among them, and what is in braces filled in.

    `days` is how long questions are kept; 0 where they are not.
    """
    named: dict[str, Any] = {field.name: getattr(texts, field.name) for field in fields(texts)}
    named |= knowledge.texts
    named["kept"] = named["kept" if days else "not_kept"]
    day = texts.day(knowledge.reviewed) if knowledge.reviewed else ""
    if not day:
        named["reviewed"] = ""
    values = {"title": knowledge.title, "reviewed": day}
    values |= {"source": named["source"], "kept": named["kept"], "days": str(days)}
    filled: dict[str, Any] = {
        name: fill(text, **values) if isinstance(text, str) else text
        for name, text in named.items()
    }
    return Texts(**filled)


def fill(text: str, **values: str) -> str:
    """A sentence with what is in braces filled in; other braces stay as they are."""
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text
