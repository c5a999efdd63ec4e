"""What it knows of words: their spelling and their meaning."""
