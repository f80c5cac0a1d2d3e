"""The systems that know a company's customers are reached from here, one module a kind of system.

A new kind is a module with a `SYSTEM` and one line in `adapters.configuration.kinds`.
"""
