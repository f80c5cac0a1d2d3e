"""A rehearsal plays a day on the production handlers, with made customers, agents and vendors.

The customers, the agents and the vendors see messages only, as the outside does.
"""
