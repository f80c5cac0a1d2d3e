"""Matching a question with phrasings lives here: features, scores and probabilities."""
