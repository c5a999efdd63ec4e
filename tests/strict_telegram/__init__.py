"""A Bot API server that holds the bot to the rules, and the people who talk to it."""
