"""Parts: the parts of a session, one module each."""
