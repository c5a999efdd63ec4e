"""python-telegram-bot uses the test server without a violation."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable

from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputMediaPhoto,
    InputTextMessageContent,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)

from tests.strict_telegram.chat import Chat
from tests.strict_telegram.client import PNG
from tests.strict_telegram.server import TelegramServer

KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("More", callback_data="v1:more")]])
OTHER = InlineKeyboardMarkup([[InlineKeyboardButton("Source", url="https://example.org")]])


TEXTS = ["a heart", "again", "still", "new", "", ""]


def drive(server: TelegramServer, work: Callable[[Bot], Awaitable[None]]) -> None:
    """Let a bot do some work; it must not break a rule."""

    async def run() -> None:
        files = f"{server.url}/file/bot"
        bot = Bot(server.token, base_url=f"{server.url}/bot", base_file_url=files)
        async with bot:
            await work(bot)

    asyncio.run(run())
    server.check()


def test_messages(server: TelegramServer, chat: Chat) -> None:
    async def work(bot: Bot) -> None:
        chat.send("what is a stent?")
        [update] = await bot.get_updates(allowed_updates=["message", "callback_query"], timeout=1)
        assert update.message
        await bot.send_chat_action(chat.id, "typing")
        message = await bot.send_message(
            chat.id,
            "<b>A stent</b>",
            parse_mode="HTML",
            reply_markup=KEYBOARD,
            reply_parameters=ReplyParameters(update.message.message_id),
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )
        await message.edit_text("A tube", reply_markup=OTHER)
        await message.edit_reply_markup()
        await update.message.set_reaction("👍")
        await message.delete()

    drive(server, work)
    first, second, third = chat.wait(3)
    assert first.reply_to and first.labels == ("More",)
    assert second.buttons[0][0].url == "https://example.org"
    assert third.edited and not third.buttons


def test_photos(server: TelegramServer, chat: Chat) -> None:
    async def work(bot: Bot) -> None:
        message: Message = await bot.send_photo(chat.id, PNG, caption="a heart")
        file_id = message.photo[-1].file_id
        again = await bot.send_photo(chat.id, file_id, "<i>again</i>", parse_mode="HTML")
        await again.edit_caption("still")
        await again.edit_media(InputMediaPhoto(PNG, caption="new"))
        await bot.send_media_group(chat.id, [InputMediaPhoto(PNG), InputMediaPhoto(file_id)])
        assert await (await bot.get_file(file_id)).download_as_bytearray() == PNG

    drive(server, work)
    assert [message.text for message in chat.wait(6)] == TEXTS


def test_questions(server: TelegramServer, chat: Chat) -> None:
    async def work(bot: Bot) -> None:
        await bot.send_message(chat.id, "a", reply_markup=KEYBOARD)
        chat.press(chat.wait()[0], "More")
        asked = server.inline(server.user("Ben"), "stent")
        pressed, typed = await bot.get_updates()
        assert pressed.callback_query and typed.inline_query
        await pressed.callback_query.answer("ok")
        result = InlineQueryResultArticle("a", "A", InputTextMessageContent("text"))
        await typed.inline_query.answer([result], cache_time=1)
        assert server.answer_to(asked)["cache_time"] == 1

    drive(server, work)


def test_profile(server: TelegramServer, chat: Chat) -> None:
    async def work(bot: Bot) -> None:
        commands, scope = [BotCommand("help", "what I know")], BotCommandScopeAllPrivateChats()
        await bot.set_my_commands(commands, scope=scope, language_code="de")
        assert list(await bot.get_my_commands(scope, "de")) == commands
        await bot.delete_my_commands(scope, "de")
        assert not await bot.get_my_commands(scope, "de")
        await bot.set_my_description("all")
        await bot.set_my_description("alles", language_code="de")
        assert (await bot.get_my_description("de")).description == "alles"
        await bot.set_my_short_description("short")
        assert (await bot.get_my_short_description("de")).short_description == "short"
        assert (await bot.get_chat(chat.id)).first_name == "Ann"
        await bot.set_webhook("https://example.org/hook", secret_token="a")
        assert (await bot.get_webhook_info()).url
        await bot.delete_webhook()

    drive(server, work)


ECHO_BOT = """
import sys
from telegram.ext import Application, MessageHandler, filters

async def echo(update, context):
    await update.message.reply_text(update.message.text)

token, url = sys.argv[1:]
app = Application.builder().token(token).base_url(url + "/bot").build()
app.add_handler(MessageHandler(filters.TEXT, echo))
app.run_polling()
"""


def test_bot_in_another_process(server: TelegramServer, chat: Chat) -> None:
    with subprocess.Popen([sys.executable, "-c", ECHO_BOT, server.token, server.url]) as bot:
        try:
            chat.send("hello")
            assert chat.wait()[0].text == "hello"
            server.wait_for(lambda: server.pending == 0)
            bot.terminate()
            bot.wait(20)
        finally:
            bot.kill()  # else the block would wait for a bot that nobody has told to end
    server.check()
