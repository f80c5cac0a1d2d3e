"""Properties of all tests have no time limit of their own.

A busy machine may take long for any example. pytest's `timeout` still ends a test that hangs.
"""

from hypothesis import settings

settings.register_profile("surgeline", deadline=None)
settings.load_profile("surgeline")
