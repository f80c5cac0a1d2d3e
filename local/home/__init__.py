"""One home folder lives here: its backend, its queues, its names and Lambda's event shapes."""
