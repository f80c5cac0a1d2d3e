"""The front process takes HTTP and web sockets, and calls handlers."""
