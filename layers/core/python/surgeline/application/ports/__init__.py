"""Every port of the application lives here, by ability, with the refusals they speak in.

Import a port from its own module, so that a function loads only the ports that it uses.
One contract suite (tests/contract) holds each implementation to what is written here.
Implementations: `surgeline.adapters.aws` and the embedded home in `local`.
Times are UTC epoch milliseconds, durations are seconds.
"""
