"""Requests to URLs that others wrote: which may be called, and how one is called safely.

Signing, retry schedules and what a reply means do not live here.
"""
