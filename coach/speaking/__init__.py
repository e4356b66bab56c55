"""Speaking: from prompts and tones to the speaker's signal."""
