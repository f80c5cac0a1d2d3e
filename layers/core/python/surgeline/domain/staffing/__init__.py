"""The rules of staffing: how many people a queue of contacts needs, and how customers fare then.

Everything here is arithmetic on plain numbers. It needs no library, no clock and no chance.
"""
