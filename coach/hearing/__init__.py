"""Hearing: from the microphone to an intent."""
