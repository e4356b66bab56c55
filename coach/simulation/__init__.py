"""Simulation: a user, a room and a past that are made up."""
