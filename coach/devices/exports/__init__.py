"""Exports: past training in the formats of other programs."""
