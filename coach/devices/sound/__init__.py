"""Sound: sound cards, a simulated room, and the library for echo and noise."""
