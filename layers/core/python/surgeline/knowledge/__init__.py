"""The knowledge base as pure functions: validate articles, build an index, judge a question.

Only the standard library and numpy live here; files, networks and clocks do not.
"""
