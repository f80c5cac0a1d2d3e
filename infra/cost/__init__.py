"""What a deployment on AWS costs and how much it takes: reckoned, never asked of an account."""
