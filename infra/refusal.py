"""This error ends a deployment's commands; its text is the sentence that a person reads."""


class Refused(Exception):
    """Something is wrong with what was asked or is missing; the text says what to do."""
