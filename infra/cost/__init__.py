"""The cost and the capacity of a deployment on AWS are calculated here, without any account."""
