"""Speaking: from words and tones to the speaker."""
