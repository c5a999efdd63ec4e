"""A reply as cards, for every way a query can end; what a press shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from bot.ui.cards import (
    SHOWN,
    Block,
    Button,
    Card,
    Rows,
    View,
    caution,
    danger,
    entry_card,
    first_sentence,
    offers,
    said,
)
from bot.ui.presses import Action, Press
from bot.ui.texts import LANGUAGES, fill, texts_in
from bot.ui.topics import pages, shelves, topic, topics
from faq import Entry, Outcome, Reply
from faq.model import Manner


def reply_cards(reply: Reply, view: View, row: int = 0) -> list[Card]:
    """What to show for a reply; `row` is its journal row, 0 for none."""
    if reply.language:
        return [_foreign(reply, view.speaking(reply.language), row)]
    match reply.outcome:
        case Outcome.ANSWER | Outcome.GAP:
            return _answers(reply, view, row)
        case Outcome.EMERGENCY | Outcome.SELF_HARM | Outcome.PERSONAL_ADVICE:
            return _alerts(reply, view, row)
        case Outcome.CHAT:
            return [_chat(reply, view)]
        case Outcome.SUGGEST:
            return [_suggestions(reply, view, row)]
        case Outcome.FALLBACK:
            return [fallback(view, reply.caution, reply.offered)]
        case _:
            assert_never(reply.outcome)


def _answers(reply: Reply, view: View, row: int) -> list[Card]:
    """The entries that answer; below the last one what else may be meant."""
    if reply.manner is Manner.SHORT:
        entry = reply.answers[0]
        short = entry.short or first_sentence(entry.answer)
        blocks = (Block(short), *(said(term.text) for term in reply.terms))
        return [Card(blocks, offers(view.entries(entry.related)), entry=entry)]
    *others, last = reply.answers
    cards = [entry_card(entry, view) for entry in others]
    above = caution(view, reply.caution)
    cards.append(entry_card(last, view, row, reply.offered))
    cards[0] = replace(cards[0], blocks=(*above, *cards[0].blocks))
    return cards


def _alerts(reply: Reply, view: View, row: int) -> list[Card]:
    """Fixed safety texts, alone; where it is not certain, with the way to the answer.

    Advice, which nobody waits for with bated breath, has what else can be read below it.
    """
    cards = [entry_card(entry, view) for entry in reply.answers]
    if reply.outcome is Outcome.PERSONAL_ADVICE:
        cards[0] = replace(cards[0], blocks=(*caution(view, reply.caution), *cards[0].blocks))
        cards[-1] = replace(cards[-1], rows=offers(reply.offered))
    if reply.manner is not Manner.IF_NOW:
        return cards
    first = Card((said(view.texts.if_now), *cards[0].blocks))
    press = Press(Action.NONE, "", row)
    if reply.offered:
        press = Press(Action.SUGGESTED, reply.offered[0].id, row)
    last = [first, *cards[1:]][-1]
    rows = (*last.rows, (Button(view.texts.not_now, press),))
    return [*[first, *cards[1:]][:-1], replace(last, rows=rows)]


def _chat(reply: Reply, view: View) -> Card:
    """A friendly line, the meaning of words, or whom to turn to; with questions to tap."""
    buttons = offers(reply.offered)
    match reply.manner:
        case Manner.TERMS:
            return Card(tuple(said(term.text) for term in reply.terms), buttons)
        case Manner.CONTACT:
            line = view.knowledge.contact or view.texts.no_contact
            return Card((said(line), *danger(view, reply.caution)), buttons)
    blocks = tuple(Block(entry.answer) for entry in reply.answers)
    related = [e for entry in reply.answers for e in view.entries(entry.related)]
    return Card(blocks, buttons or offers(related))


def _suggestions(reply: Reply, view: View, row: int) -> Card:
    """Did you mean: a few entries, and a way out."""
    texts = view.texts
    ways = {Manner.SEVERAL: texts.several, Manner.TURNED: texts.turned, Manner.MORE: texts.more}
    line = ways.get(reply.manner, texts.suggest)
    return Card((said(line), *danger(view, reply.caution)), _to_pick(reply, view, row))


def _to_pick(reply: Reply, view: View, row: int) -> Rows:
    entries = reply.offered or [c.entry for c in reply.candidates[:3]]
    none = Button(view.texts.none_of_these, Press(Action.NONE, "", row))
    return (*offers(entries, Action.SUGGESTED, row, pack=1), (none,))


def _foreign(reply: Reply, view: View, row: int) -> Card:
    """In the language of who asks: what to do in danger, or that only one language is spoken."""
    texts = view.texts
    named = _language_name(view)
    match reply.outcome:
        case Outcome.EMERGENCY:
            return Card((said(texts.emergency),))
        case Outcome.SELF_HARM:
            return Card((said(texts.self_harm),))
        case Outcome.FALLBACK | Outcome.CHAT:
            line = fill(texts.foreign_nothing, language=named)
            return Card((said(line), *danger(view)), topics(view).rows)
    line = fill(texts.foreign, language=named)
    found = [*reply.offered, *reply.answers, *(c.entry for c in reply.candidates[:3])]
    offered = tuple(dict.fromkeys(e for e in found if e.kind in SHOWN))[:3]
    return Card((said(line), *danger(view)), _to_pick(replace(reply, offered=offered), view, row))


def _language_name(view: View) -> str:
    """The FAQ's language as a sentence in the reader's language names it."""
    own = view.knowledge.language
    if own == "en" or own not in LANGUAGES:
        return view.texts.english
    return texts_in(own).name


def fallback(view: View, alert: Entry | None = None, near: Sequence[Entry] = ()) -> Card:
    """An honest no, with what is nearest, if anything is near, and topics to pick from."""
    rows = offers(near)
    browse = (row for row in topics(view).rows if row not in rows)
    return Card((said(view.texts.fallback), *danger(view, alert)), (*rows, *browse))


def pressed(press: Press, view: View) -> Card | None:
    """What pressing a button shows; None where there is nothing any more."""
    match press.action:
        case Action.SHOW | Action.SUGGESTED:
            entry = view.knowledge.by_id.get(press.about)
            row = press.number if press.action is Action.SUGGESTED else 0
            return entry_card(entry, view, row) if entry else None
        case Action.NONE:
            return fallback(view)
        case Action.TOPICS | Action.BROWSE:
            here = press.number < len(pages(shelves(view.knowledge)))
            return topics(view, press.number) if here else None
        case Action.TOPIC:
            return topic(view, press)
    return None
