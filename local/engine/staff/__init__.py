"""The company's own people live here: who they are, what they did, and what lies on their desks."""
