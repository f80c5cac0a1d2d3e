"""Subscribers are told of alerts at once, and are sent reports when those are due."""
