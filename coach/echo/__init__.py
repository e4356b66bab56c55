"""Echo: the coach's own voice, cancelled in the microphone's signal or recognised as its own."""
