"""A public help centre is made of published articles here, as plain pages."""
