"""A cold start's imports are measured: each function's handler against boto3 with one client."""
