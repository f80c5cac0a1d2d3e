"""The embedded home's engine implements the ports on SQLite and plain files.

Many processes share one folder. The runner owns the callers, which are lanes, handlers and HTTP.
`application/ports` says what each port keeps.
"""
