"""What differs between two jobs, their settings, times and logs."""
