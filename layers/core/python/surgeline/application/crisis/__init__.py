"""This room holds the use cases of incidents and crises."""
