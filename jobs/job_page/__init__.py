"""A job's page: its story, its neighbors in the list, and how to reproduce it elsewhere."""
