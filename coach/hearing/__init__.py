"""Hearing: from the microphone's signal to an intent."""
