"""Session: this coach - its table, its parts and their scripts."""
