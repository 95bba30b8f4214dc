"""Models and their versions, as the jobs that made them tell."""
