"""Page: a session in a browser - a server of one page, in a thread of its own."""
