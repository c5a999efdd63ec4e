"""Every fixed sentence a user can read. What speaks about the document stands in its faq.toml."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Texts:
    """All sentences in one language."""

    welcome: str
    help: str
    about: str
    privacy: str
    forgotten: str
    fallback: str
    suggest: str
    none_of_these: str
    topics: str
    topic: str
    questions_heading: str
    note: str
    note_source: str
    quote: str
    related: str
    back: str
    all_topics: str
    share: str
    helpful_yes: str
    helpful_no: str
    thanks_helpful: str
    thanks_unhelpful: str
    stale: str
    not_text: str
    ours: str
    page: str
    chosen: str
    inline_hint: str
    commands: tuple[tuple[str, str], ...]
    description: str
    short_description: str
    terminal: str
    terminal_telegram: str


ENGLISH = Texts(
    welcome=(
        "Hello. I answer questions about one article: “{title}”. Ask in your own words. "
        "Spelling doesn't matter.\n\nI am not a doctor, and I only know this article."
    ),
    help=(
        "Ask me anything about “{title}” in your own words.\n\n"
        "/topics shows everything I can answer\n/random picks a question for you\n"
        "/about says where my answers come from\n/privacy says what is kept\n\n"
        "For example:"
    ),
    about=(
        "Everything I say comes from one article, “{title}”, and from editor's notes that name "
        "their sources. The article has no author, no date and no references. My answers were "
        "last reviewed on {reviewed}, and not by a clinician.\n\n"
        "I can't examine anyone and I don't know you. If I don't have an answer, I say so. "
        "/privacy says what is kept."
    ),
    privacy=(
        "I may keep your question to make the answers better, without your name, your number or "
        "anything else that tells who you are. Phone numbers and e-mail addresses are blanked "
        "out. After {days} days it is deleted. Please leave out names and other private things.\n\n"
        "So that you can ask “and why?”, I remember my last answer to you for a little while. "
        "/forget deletes that at once."
    ),
    forgotten="Done. I have forgotten our last exchange.",
    fallback="I don't have an answer to that. Here is what I do know about:",
    suggest="I'm not sure I understood. Did you mean:",
    none_of_these="None of these",
    topics="What would you like to know about?",
    topic="Questions about: {topic}",
    questions_heading="Try one of these:",
    note="Editor's note",
    note_source="Source: {source}. Reviewed {reviewed}.",
    quote="From the article",
    related="You may also want to know",
    back="« All topics",
    all_topics="All topics",
    share="Share this answer",
    helpful_yes="👍 Helpful",
    helpful_no="👎 Not helpful",
    thanks_helpful="Thank you. I'm glad it helped.",
    thanks_unhelpful="Thank you for telling me. /topics shows what else I know.",
    stale="That button is from an older message. Please ask me again.",
    not_text="I can only read text. Please type your question.",
    ours="Drawn for this bot; not a figure from the article.",
    page="More »",
    chosen="A question picked for you:",
    inline_hint="Type a question about “{title}”",
    commands=(
        ("topics", "Everything I can answer"),
        ("help", "How to ask, with examples"),
        ("random", "A question picked for you"),
        ("about", "Where my answers come from"),
        ("privacy", "What is kept, and what isn't"),
        ("forget", "Forget our last exchange"),
    ),
    description=(
        "I answer questions about one article, “{title}”, or say honestly that it doesn't cover "
        "them. I am not a doctor. In an emergency call 112, 911, 999 or your local number."
    ),
    short_description="Answers about “{title}”, from one article. Not medical advice.",
    terminal="Ask a question, or type a number to pick one. /topics, /help; Ctrl-D ends.",
    terminal_telegram="Set TELEGRAM_BOT_TOKEN to run this as a Telegram bot (see README.md).",
)

LANGUAGES = {"en": ENGLISH}

#: Something broke while handling a question; said once.
TROUBLE = "Sorry, something went wrong on my side. Please ask me again in a moment."

#: More questions than a person can read answers to; said once a flood.
SLOW_DOWN = "You are faster than I am. Please slow down a little: give me a minute."


def texts_for(language_code: str | None) -> Texts:
    """The sentences in a person's language, or in English."""
    return LANGUAGES.get((language_code or "en").split("-")[0].lower(), ENGLISH)
