"""The front process lives here: HTTP and web sockets in, handlers called."""
