"""Training: exercises, routines, a person's history, and what to train next."""
