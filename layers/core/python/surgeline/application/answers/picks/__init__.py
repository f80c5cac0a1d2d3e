"""A model that picks an article is asked, paid for and rehearsed here, where it is turned on."""
