"""Bad input sends the rows of hostile requests to a running instance, and reports the outcome."""
