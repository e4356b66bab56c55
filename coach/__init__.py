"""Flatback: a hands-free exercise coach. A microphone block goes in, a speaker block comes out."""

from importlib.metadata import version

__version__ = version("flatback-coach")
