"""A home folder lives here, with its backend, its queues, its names and Lambda's event shapes."""
