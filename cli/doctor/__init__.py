"""`surgeline doctor` looks at everything that an instance stands on, and says what is wrong."""
