"""Stacks differ by lifetime: state is kept, the service is replaced at will, monitoring watches."""
