"""The embedded home's engine: ports on SQLite and plain files, one folder, many processes.

What calls it (lanes, handlers, HTTP) is the runner's; what it keeps is in `application/ports`.
"""
