"""The cost of a deployment on AWS, and what it takes, is reckoned here and asked of no account."""
