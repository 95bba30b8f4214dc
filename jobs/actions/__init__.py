"""What is done to one job: cancel, delete, claim."""
