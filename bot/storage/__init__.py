"""All state."""
