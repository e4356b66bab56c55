"""Session: what this coach does - its state table, the parts of a session and their scripts."""
