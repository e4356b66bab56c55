"""Echo: the coach's own voice, taken out of the microphone."""
