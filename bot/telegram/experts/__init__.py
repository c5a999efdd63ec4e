"""The people behind the bot: a question is handed to them, and their answer comes back."""
