"""What check and evaluate print: text, pages, charts."""
