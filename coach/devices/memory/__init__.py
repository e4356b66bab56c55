"""Memory: what is remembered of training, in SQLite."""
