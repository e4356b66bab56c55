"""Training: exercises, routines, history, and what to train next."""
