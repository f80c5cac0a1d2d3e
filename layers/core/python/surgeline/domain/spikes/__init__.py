"""This room notices that many customers suddenly ask about the same topic."""
