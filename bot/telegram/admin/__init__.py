"""What curators do from a chat."""
