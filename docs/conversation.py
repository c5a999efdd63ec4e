"""Draws docs/conversation.png: a real conversation, from the bot's own replies.

    uv run --extra semantic python -m docs.conversation

The replies are what the bot sends (bot.render on faq.Responder's replies), shown as a phone
would; nothing is typed by hand but the questions. Needs chromium.
"""

from __future__ import annotations

import base64
import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path

from bot import render
from bot.texts import ENGLISH
from faq import Responder, load

HERE = Path(__file__).parent
ASKED = (
    "whats the diffrence betwen angioplsty and a stent",
    "that tiny mesh tube how long does it last",
    "my dad has crushng chest pain",
    "how do I book a stunt double",
)
WIDTH, HEIGHT = 840, 1150
STYLE = """
* { box-sizing: border-box; margin: 0 }
body { width: 840px; height: 1150px; padding: 14px 20px; columns: 2; column-gap: 36px; column-fill: auto; background: #c9dbc3; font: 15.5px/1.38 "DejaVu Sans", sans-serif;
  letter-spacing: -.2px; color: #1c1c1e }
.bot, .me { max-width: 372px; padding: 9px 12px; border-radius: 14px; margin-bottom: 4px; white-space: pre-line; break-inside: avoid }
.bot { background: #fff; border-bottom-left-radius: 4px }
.me { background: #e3fed5; margin: 10px 12px 10px auto; width: fit-content; border-bottom-right-radius: 4px }
pre { font: 12.5px/1.35 "DejaVu Sans Mono", monospace; background: #f1f4f6; border-radius: 8px; padding: 8px;
  margin: 8px 0; white-space: pre }
blockquote { border-left: 3px solid #3a8fd0; background: #edf5fc; border-radius: 6px; padding: 5px 9px;
  max-height: 84px; overflow: hidden; position: relative; font-size: 14px }
blockquote::after { content: "⌄"; position: absolute; right: 8px; bottom: 0; color: #3a8fd0 }
i { color: #5c6670 }
img { width: 372px; break-inside: avoid; border-radius: 14px; display: block; margin-bottom: 4px }
.key { max-width: 372px; background: #7b9a76cc; color: #fff; border-radius: 8px; padding: 7px 9px; margin-bottom: 4px;
  text-align: center; font-size: 14px }
.row { display: flex; gap: 4px; max-width: 372px } .row .key { flex: 1 }
"""
CHROMIUM = (
    "chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync --hide-scrollbars "
    "--force-device-scale-factor=1.5"
)


def page(responder: Responder) -> str:
    """The conversation as a web page."""
    parts, after = [], None
    for asked in ASKED:
        reply = responder.reply(asked, after)
        after = reply.entry
        parts.append(f'<div class="me">{escape(asked)}</div>')
        parts += map(bubble, render.reply_messages(reply, responder.knowledge, ENGLISH, row=1))
    return f"<!doctype html><meta charset=utf-8><style>{STYLE}</style>{''.join(parts)}"


def bubble(message: render.Message) -> str:
    """One message of the bot with its buttons and its picture."""
    rows = message.markup.inline_keyboard if message.markup else ()
    keys = "".join(
        f'<div class="row">{"".join(f"<div class=key>{escape(b.text)}</div>" for b in row)}</div>'
        for row in rows
    )
    text = message.html.replace("<blockquote expandable>", "<blockquote>")
    text = text.replace("\n\n<pre>", "<pre>").replace("</pre>\n\n", "</pre>")
    return f'<div class="bot">{text}</div>{keys}{picture(message)}'


def picture(message: render.Message) -> str:
    """The picture that follows an answer, if any."""
    if not (message.pictured and message.pictured.picture):
        return ""
    data = base64.b64encode(message.pictured.picture.file.read_bytes()).decode()
    return f'<img src="data:image/png;base64,{data}">'


def draw(html: str, target: Path) -> None:
    """A screenshot of the page."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "page.html")
        source.write_text(html, encoding="utf-8")
        size = f"--window-size={WIDTH},{HEIGHT}"
        own = (f"--user-data-dir={folder}/profile", f"--screenshot={target}", size, str(source))
        subprocess.run([*CHROMIUM.split(), *own], check=True, capture_output=True)


if __name__ == "__main__":
    draw(page(Responder(load())), Path(sys.argv[1]) if sys.argv[1:] else HERE / "conversation.png")
