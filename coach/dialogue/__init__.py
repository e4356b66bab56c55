"""Dialogue: a script player and a state machine that know no exercise."""
