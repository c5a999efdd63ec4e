"""`@bot question` in any chat: the answers to choose from.

Telegram wants a public address for a thumbnail. The bot has none, so an answer is offered as an
article, and beside it its picture, if Telegram already holds it: those show by themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultCachedPhoto,
    InlineQueryResultsButton,
    InputTextMessageContent,
)
from telegram.constants import ParseMode

from bot.services import Services
from bot.telegram import render
from bot.telegram.conversation import NO_PREVIEW
from bot.telegram.pictures import caption, known_as
from bot.ui import cards
from bot.ui.cards import SHOWN, View
from bot.ui.texts import Texts
from faq import Entry, Outcome, Responder
from faq.markup import plain
from faq.model import ALERTS

Result = InlineQueryResultArticle | InlineQueryResultCachedPhoto

#: Seconds. What was asked is nobody else's business, and content changes.
CACHE = 60
#: As much of an answer as the list shows.
PREVIEW = 200


async def answer_inline(query: InlineQuery, services: Services, view: View) -> None:
    """Offer the answers to what was typed so far; before that, the examples."""
    responder = services.live.responder  # now: changed content may come in force meanwhile
    entries = await services.live.think(lambda: entries_for(query.query, responder))
    pictures = [known_as(entry.picture) for entry in entries if entry.picture]
    results = results_for(entries, await services.memory.pictures(pictures), view)
    button = InlineQueryResultsButton(view.texts.inline_hint[:64], start_parameter="inline")
    await query.answer(results, cache_time=CACHE, is_personal=True, button=button)


def entries_for(typed: str, responder: Responder) -> Sequence[Entry]:
    """The entries to offer; an alert stands alone, small talk gets the examples."""
    knowledge = responder.knowledge
    examples = [knowledge.by_id[i] for i in knowledge.examples]
    if not typed.strip():
        return examples
    reply = responder.reply(typed)
    if reply.outcome in ALERTS:
        return reply.answers
    match reply.outcome:
        case Outcome.CHAT:
            return examples
        case Outcome.FALLBACK:
            return ()
    found = dict.fromkeys([*reply.answers, *(c.entry for c in reply.candidates)])
    return [entry for entry in found if entry.kind in SHOWN]


def results_for(entries: Iterable[Entry], uploaded: Mapping[str, str], view: View) -> list[Result]:
    """Articles to send, best first, each followed by its picture if Telegram holds it."""
    results: list[Result] = []
    for entry in entries:
        results.append(_article(entry, view))
        if photo := _photo(entry, uploaded, view.texts):
            results.append(photo)
    return results


def _article(entry: Entry, view: View) -> InlineQueryResultArticle:
    shown = render.message(cards.entry_card(entry, view), view)
    return InlineQueryResultArticle(
        id=f"a-{entry.id}",
        title=entry.question,
        description=plain(entry.short or entry.answer).replace("\n", " ")[:PREVIEW],
        input_message_content=InputTextMessageContent(
            shown.html, parse_mode=ParseMode.HTML, link_preview_options=NO_PREVIEW
        ),
        reply_markup=_invitation(entry, view),
    )


def _invitation(entry: Entry, view: View) -> InlineKeyboardMarkup | None:
    """Whoever reads the answer there can go on asking; below an alert stands nothing."""
    if entry.kind not in SHOWN:
        return None
    link = InlineKeyboardButton(view.texts.inline_ask, url=cards.entry_link(entry, view))
    return InlineKeyboardMarkup([[link]])


def _photo(
    entry: Entry, uploaded: Mapping[str, str], texts: Texts
) -> InlineQueryResultCachedPhoto | None:
    picture = entry.picture
    known = uploaded.get(known_as(picture)) if picture else None
    if picture is None or known is None:
        return None
    return InlineQueryResultCachedPhoto(
        id=f"p-{entry.id}",
        photo_file_id=known,
        title=picture.caption[:100],
        caption=caption(picture, texts),
    )
