"""Memory: past training, kept in an SQLite database."""
