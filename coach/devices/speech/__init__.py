"""Speech: the recogniser's model, and voices."""
