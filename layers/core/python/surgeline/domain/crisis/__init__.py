"""This room holds what the bot says while something is wrong: incidents and crises."""
