"""Display: what is seen of a session, as data."""
