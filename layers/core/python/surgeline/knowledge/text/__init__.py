"""A customer's text is read here: its normal form, its language, its courtesies and its wishes."""
