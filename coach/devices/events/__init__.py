"""Events: what happens, for other programs of this computer: a socket served by the coach."""
