"""Screen: the view of a session in a terminal, and pictures."""
