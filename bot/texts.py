"""Every fixed sentence a user can read."""

#: Something broke while handling a question; said once.
TROUBLE = "Sorry, something went wrong on my side. Please ask me again in a moment."

#: More questions than a person can read answers to; said once a flood.
SLOW_DOWN = "You are faster than I am. Please slow down a little: give me a minute."
