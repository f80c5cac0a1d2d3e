"""The state of a deployment on AWS is packed into one file, and brought back from it."""
