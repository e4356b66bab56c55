"""Messages: what happened, and what to do."""
