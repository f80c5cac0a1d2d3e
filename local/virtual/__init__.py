"""The virtual home runs the production handlers in one process, on a clock that jumps.

The simulator and the tests run on it. Nothing here starts a process, opens a socket or sleeps.
"""
