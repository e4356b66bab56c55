"""Audio: level meters and the automatic gain."""
