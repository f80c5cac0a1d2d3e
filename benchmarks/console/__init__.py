"""A full desk is measured here: people in browsers and over sockets, and many open chats."""
