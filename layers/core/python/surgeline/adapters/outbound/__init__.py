"""Requests to URLs that others wrote are guarded and sent here.

Signing, retry schedules and the meaning of a reply do not live here.
"""
