"""The use cases of the company's own people live here: signing in, and working at a desk."""
