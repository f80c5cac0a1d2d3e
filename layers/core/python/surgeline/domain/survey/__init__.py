"""Customers are asked here whether a conversation helped."""
