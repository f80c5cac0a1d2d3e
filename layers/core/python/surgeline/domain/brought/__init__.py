"""Events and the state of what an older queue brought in are described here."""
