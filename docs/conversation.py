"""Draws docs/conversation.png: a real conversation, from the bot's own replies.

    uv run --extra semantic python -m docs.conversation
    uv run --extra semantic python -m docs.conversation FILE --phone 360 --text 24 "what is a stent"

The replies are what the bot sends (bot.ui.replies on faq.Responder's replies, drawn by
bot.telegram.render); nothing is typed by hand but the questions. With questions, each stands on a
phone of its own, as wide and in text as large as you say, to look at. Needs chromium and Pillow.
"""

from __future__ import annotations

import argparse
import base64
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from PIL import Image

from bot.telegram import render
from bot.telegram.pictures import caption
from bot.ui.cards import View
from bot.ui.replies import reply_cards
from bot.ui.texts import fitted, texts_in
from faq import Responder, load

HERE = Path(__file__).parent
#: What is asked on each of the phones, which stand side by side.
PHONES = (
    (
        "whats the diffrence betwen angioplsty and a stent",
        "is the patient awake",
        "what does it cost",
    ),
    (
        "that tiny mesh tube, how long does it last?",
        "my dad has crushng chest pain",
        "how do I get rid of slugs",
    ),
)
#: As many as the drawings need; a third of the bytes.
COLOURS = 160
SCALE = 1.25
MEASURE = """
const box = each => each.getBoundingClientRect(), main = document.querySelector("main");
const chats = [...document.querySelectorAll("section")].map(s => s.querySelectorAll(".bot, .row"));
const tall = chats.map(c => Math.round(box(c[c.length - 1]).bottom - box(c[0]).top));
document.title = [main.offsetWidth, main.offsetHeight, ...tall].join(" ");
"""
CHROMIUM = [
    *("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"),
    *("--no-first-run", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--hide-scrollbars"),
]


def page(
    responder: Responder,
    phones: Sequence[Sequence[str]] = PHONES,
    *,
    width: int = 390,
    text: float = 15.5,
) -> str:
    """Conversations as a web page; its title is its size, then how tall each chat's replies are."""
    style = (HERE / "conversation.css").read_text(encoding="utf-8")
    size = f":root {{ --phone: {width}px; --text: {text}px }}"
    drawn = "".join(phone(responder, asked) for asked in phones)
    return (
        f'<!doctype html><meta charset="utf-8"><style>{style}{size}</style><main>{drawn}</main>'
        f"<script>{MEASURE}</script>"
    )


def phone(responder: Responder, asked: Sequence[str]) -> str:
    """One phone with a chat on it."""
    title = escape(responder.knowledge.title)
    chat = "".join(exchange(responder, asked))
    return (
        f'<section><header><span class="face">♥</span><b>{title}</b><small>bot</small></header>'
        f'<div class="chat">{chat}</div><footer>Message</footer></section>'
    )


def exchange(responder: Responder, asked: Sequence[str]) -> Iterator[str]:
    """The bubbles of questions and replies, in turn."""
    texts = fitted(texts_in("en"), responder.knowledge, days=90)
    view, after = View(responder.knowledge, texts, "faq_bot"), None
    for query in asked:
        reply = responder.reply(query, after)
        after = reply.entry
        yield f'<div class="me">{escape(query)}</div>'
        for message in render.messages(reply_cards(reply, view, row=1), view):
            yield bubble(message, view)


def bubble(message: render.Message, view: View) -> str:
    """One message of the bot with its buttons, its picture first."""
    rows = message.markup.inline_keyboard if message.markup else ()
    keys = "".join(
        f'<div class="row">{"".join(f"<div class=key>{escape(b.text)}</div>" for b in row)}</div>'
        for row in rows
    )
    text = message.html.replace("<blockquote expandable>", '<blockquote class="folded">')
    text = re.sub(r"\n*(</?blockquote[^>]*>)\n*", r"\1", text)  # they stand apart by themselves
    if message.picture is None:
        return f'<div class="bot">{text}</div>{keys}'
    if message.is_caption:
        return f'<div class="bot photo">{image(message)}<span>{text}</span></div>{keys}'
    words = escape(caption(message.picture, view.texts))
    photo = f'<div class="bot photo">{image(message)}<span>{words}</span></div>'
    return f'{photo}<div class="bot">{text}</div>{keys}'


def image(message: render.Message) -> str:
    """The picture of a message."""
    assert message.picture
    data = base64.b64encode(message.picture.file.read_bytes()).decode()
    return f'<img src="data:image/png;base64,{data}">'


def look(html: str, target: Path | None = None) -> list[int]:
    """The page's width and height and the replies' heights, in pixels; a screenshot of it."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        source = Path(folder, "page.html")
        source.write_text(html, encoding="utf-8")
        own = [f"--user-data-dir={folder}/profile", f"--force-device-scale-factor={SCALE}"]
        dump = [*CHROMIUM, *own, "--window-size=3000,800", "--dump-dom", str(source)]
        seen = subprocess.run(dump, check=True, capture_output=True, text=True).stdout
        found = re.search(r"<title>([\d ]+)</title>", seen)
        assert found, "chromium has drawn nothing"
        width, height, *tall = map(int, found[1].split())
        if target:
            size = f"--window-size={width},{height}"
            shoot = [*CHROMIUM, *own, size, f"--screenshot={target}", str(source)]
            subprocess.run(shoot, check=True, capture_output=True)
            Image.open(target).quantize(COLOURS).save(target, optimize=True)
    return [width, height, *tall]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path, nargs="?", default=HERE / "conversation.png")
    parser.add_argument("questions", nargs="*")
    parser.add_argument("--phone", type=int, default=390, help="width in pixels")
    parser.add_argument("--text", type=float, default=15.5, help="size in pixels")
    asked = parser.parse_intermixed_args()
    shown = [(question,) for question in asked.questions] or PHONES
    html = page(Responder(load()), shown, width=asked.phone, text=asked.text)
    sys.stdout.write(f"heights of the replies: {look(html, asked.file)[2:]}\n")
