"""Pure functions validate articles here, build an index of them, and judge questions.

Only the standard library and numpy live here; files, networks and clocks do not.
"""
