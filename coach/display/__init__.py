"""Display: what a person sees of a session, as data that a screen can draw."""
