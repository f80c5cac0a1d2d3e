"""How fast the virtual home is: messages a second of processor time, by what becomes of them."""
