"""Every port of the application lives here, by ability, with the refusals that ports raise.

Import a port from its own module, so that a function loads only the ports that it uses. One
contract suite (tests/contract) holds each implementation to these docstrings. The implementations
are `surgeline.adapters.aws` and the embedded home in `local`. Times are UTC epoch milliseconds,
durations are seconds.
"""
