"""Cli: the command line, a module a command."""
