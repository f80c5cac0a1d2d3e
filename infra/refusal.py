"""This error ends a deployment's commands. Its text is the sentence that a person reads."""


class Refused(Exception):
    """Something in the request is wrong or missing. The text says what to do."""
