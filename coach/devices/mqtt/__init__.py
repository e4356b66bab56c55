"""Mqtt: the bridge to home automation, a small program of its own beside the coach."""
