"""Messages: events and facts (what happened), actions (what to do), and the names in them."""
