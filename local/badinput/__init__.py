"""Bad input: the rows of hostile requests against a running instance, and what became of each."""
