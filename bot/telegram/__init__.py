"""The only room, delivery aside, that knows python-telegram-bot."""
