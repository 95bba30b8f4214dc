"""Notes, tags and stars on jobs."""
