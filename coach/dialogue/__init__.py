"""Dialogue: a script player and a state machine that know nothing of exercises."""
