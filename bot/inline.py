"""`@bot question` in any chat: the answers to choose from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from telegram import (
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultCachedPhoto,
    InputTextMessageContent,
)
from telegram.constants import ParseMode

from bot import render
from bot.conversation import NO_PREVIEW
from bot.services import Services
from bot.texts import Texts
from faq import Entry, Outcome
from faq.knowledge import ALERTS

Result = InlineQueryResultArticle | InlineQueryResultCachedPhoto

#: What was asked is nobody else's business, and an emergency is answered afresh.
CACHE_SECONDS = 60


async def answer_inline(query: InlineQuery, services: Services, texts: Texts) -> None:
    """Offer the answers to what was typed so far; before that, the examples."""
    entries = await services.live.think(lambda: entries_for(query.query, services))
    results = results_for(entries, services, texts)
    await query.answer(results, cache_time=CACHE_SECONDS, is_personal=True)


def results_for(entries: Iterable[Entry], services: Services, texts: Texts) -> list[Result]:
    """Articles to send, best first; pictures that are already uploaded stand beside them."""
    results: list[Result] = []
    for entry in entries:
        results.append(_article(entry, services, texts))
        if photo := _photo(entry, services):
            results.append(photo)
    return results


def entries_for(typed: str, services: Services) -> Sequence[Entry]:
    """The entries to offer; an alert stands alone."""
    knowledge = services.live.knowledge
    if not typed.strip():
        return [knowledge.by_id[i] for i in knowledge.examples]
    reply = services.live.responder.reply(typed)
    services.metrics.count_outcome(reply.outcome)
    if reply.outcome in ALERTS:
        return reply.answers
    offered = [*reply.answers, *(c.entry for c in reply.candidates)]
    if reply.outcome is Outcome.FALLBACK:
        offered = []
    return [e for e in dict.fromkeys(offered) if e.kind in render.SHOWN]


def _article(entry: Entry, services: Services, texts: Texts) -> InlineQueryResultArticle:
    shown = render.answer(entry, services.live.knowledge, texts)
    content = InputTextMessageContent(
        shown.html, parse_mode=ParseMode.HTML, link_preview_options=NO_PREVIEW
    )
    return InlineQueryResultArticle(
        id=f"a-{entry.id}",
        title=entry.question,
        description=entry.answer.replace("\n", " ")[:200],
        input_message_content=content,
    )


def _photo(entry: Entry, services: Services) -> InlineQueryResultCachedPhoto | None:
    """Telegram shows a thumbnail only of what it holds: a picture sent at least once."""
    picture = entry.picture
    known = services.memory.picture(picture.file.name) if picture else None
    if picture is None or known is None:
        return None
    return InlineQueryResultCachedPhoto(
        id=f"p-{picture.id}"[:60] + str(len(entry.id)),
        photo_file_id=known,
        title=picture.caption[:100],
        caption=picture.caption,
    )
