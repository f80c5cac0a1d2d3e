"""The laptop: command line, embedded runner, engine, simulators. Ships in no function."""
