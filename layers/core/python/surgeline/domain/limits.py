"""Limits that several parts of the system share are kept here."""

SENDER_BURST = 30
"""How many messages one sender may send at once."""
SENDER_PER_SECOND = 5
"""How many messages one sender may go on sending each second."""
NAME_LENGTH = 100
"""How many characters an agent's name has at most, as it is shown to the customer."""
UNTOLD_LIMIT = 100
"""How many messages an owner is told of in one turn, so that the turn's record stays small."""
