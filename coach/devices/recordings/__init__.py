"""Recordings: sound files, and sessions kept in them."""
