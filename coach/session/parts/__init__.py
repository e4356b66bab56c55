"""Parts: what a session is made of, one room each, in the order in which it takes them."""
