"""Display: what a person sees of a session, as data that a screen can draw.

Another display begins with ``view_model``; docs/how-it-is-built.md says how it is attached.
"""
