"""Display: what a person sees of a session, as data that a screen can draw.

A page for a phone begins with ``view_model``; docs/how-it-is-built.md says how it is attached.
"""
