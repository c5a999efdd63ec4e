"""What curators see of the bot: the desk, and what was asked lately."""
