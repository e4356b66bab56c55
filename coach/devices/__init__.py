"""Devices: everything that touches the world, one adapter a file, ``<library>_<role>.py``."""
