"""The company's look and words are rules and data here, without any file or setting."""
