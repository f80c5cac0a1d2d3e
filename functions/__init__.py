"""The Lambda functions, one folder each; what they share is in the core layer."""
