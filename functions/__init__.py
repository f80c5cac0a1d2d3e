"""The Lambda functions live here, one folder each. Code that they share is in the core layer."""
