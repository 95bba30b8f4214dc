"""Jobs that a browser watches, to tell of their end."""
