"""Audio: level meters and automatic gain."""
