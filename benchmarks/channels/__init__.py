"""Messages over all kinds of channels at once are sent here, while their providers fail."""
