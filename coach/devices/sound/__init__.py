"""Sound: sound cards, and the library that takes an echo out."""
