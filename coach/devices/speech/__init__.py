"""Speech: the recogniser with its model, and the voices."""
