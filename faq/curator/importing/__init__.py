"""From the FAQ somebody already has to entries: readers, one recogniser, one importer."""
