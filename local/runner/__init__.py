"""The embedded runner: one machine's stand-in for API Gateway, Lambda and its event sources.

It calls the real handlers with real event shapes, one event at a time per worker. No rule of
the conversation and no queue's semantics live here (they are in the core and in `local.engine`).
"""
