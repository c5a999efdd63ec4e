"""Start here: Telegram if TELEGRAM_BOT_TOKEN is set, else the same conversation in the terminal."""

from bot.__main__ import main

if __name__ == "__main__":
    main()
