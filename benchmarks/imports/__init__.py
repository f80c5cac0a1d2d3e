"""What a cold start imports: each function's handler against boto3 with one client."""
