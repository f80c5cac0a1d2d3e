"""The embedded runner takes the place of API Gateway, Lambda and its event sources on one machine.

The runner calls the real handlers with real event shapes, one event at a time per worker. The rules
of the conversation are in the core, and the semantics of queues are in `local.engine`.
"""
