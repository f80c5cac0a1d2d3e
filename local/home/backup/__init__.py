"""A home folder is packed into one file while it runs, and unpacked from it on any machine."""
