"""Draws docs/conversation.png: a real conversation, from the bot's own replies.

    uv run --extra semantic python -m docs.conversation [FILE]

The replies are what the bot sends (bot.telegram.render on faq.Responder's replies), shown as a
phone 390 px wide would; nothing is typed by hand but the questions. Needs chromium and Pillow.
"""

from __future__ import annotations

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
from bot.ui import cards
from bot.ui.cards import View
from bot.ui.texts import ENGLISH, fitted
from faq import Responder, load

HERE = Path(__file__).parent
#: What is asked on each of the phones, which stand side by side.
PHONES = (
    ("whats the diffrence betwen angioplsty and a stent",),
    (
        "is the patient awake",
        "that tiny mesh tube, how long does it last?",
        "what does it cost",
        "my dad has crushng chest pain",
        "how do I get rid of slugs",
    ),
)
WIDTH = 390 * len(PHONES) + 24 * (len(PHONES) + 1)
#: As many as the drawings need; a third of the bytes.
COLOURS = 160
SCALE = 1.25
CHROMIUM = [
    *("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"),
    *("--no-first-run", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--hide-scrollbars"),
]


def page(responder: Responder) -> str:
    """The conversations as a web page."""
    style = (HERE / "conversation.css").read_text(encoding="utf-8")
    phones = "".join(phone(responder, asked) for asked in PHONES)
    return (
        f'<!doctype html><meta charset="utf-8"><style>{style}</style><main>{phones}</main>'
        "<script>document.title = document.querySelector('main').offsetHeight</script>"
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
    texts = fitted(ENGLISH, responder.knowledge, days=90)
    view, after = View(responder.knowledge, texts, "faq_bot"), None
    for query in asked:
        reply = responder.reply(query, after)
        after = reply.entry
        yield f'<div class="me">{escape(query)}</div>'
        for message in render.messages(cards.reply_cards(reply, view, row=1)):
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


def draw(html: str, target: Path) -> None:
    """A screenshot of the whole page."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "page.html")
        source.write_text(html, encoding="utf-8")
        own = [f"--user-data-dir={folder}/profile", f"--force-device-scale-factor={SCALE}"]
        dump = [*CHROMIUM, *own, f"--window-size={WIDTH},800", "--dump-dom", str(source)]
        seen = subprocess.run(dump, check=True, capture_output=True, text=True).stdout
        found = re.search(r"<title>(\d+)</title>", seen)
        assert found, "chromium has drawn nothing"
        size = f"--window-size={WIDTH},{found[1]}"
        shoot = [*CHROMIUM, *own, size, f"--screenshot={target}", str(source)]
        subprocess.run(shoot, check=True, capture_output=True)
    Image.open(target).quantize(COLOURS).save(target, optimize=True)


if __name__ == "__main__":
    draw(page(Responder(load())), Path(sys.argv[1]) if sys.argv[1:] else HERE / "conversation.png")
