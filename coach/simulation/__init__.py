"""Simulation: a simulated user, their room and their training history, for rehearsals and tests."""
