"""Screen: the terminal view, and pictures."""
