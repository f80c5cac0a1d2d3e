"""The lead's live state is timed, with many people waiting, from its page and read anew."""
