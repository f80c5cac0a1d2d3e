"""A customer's data stands here, as the company's own systems tell it. Nothing here is a rule."""
