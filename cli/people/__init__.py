"""Commands for leads: who is needed when, how many will write, and how such a day would go."""
