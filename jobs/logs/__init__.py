"""A job's log: its page, new lines while it grows, downloads."""
