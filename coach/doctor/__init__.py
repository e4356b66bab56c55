"""Doctor: whether sound, room and words are good enough to train with."""
