"""Talks Telegram; the answers come from `faq`."""
