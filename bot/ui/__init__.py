"""What a person reads: texts, cards, the terminal."""
