"""Who people are: signing in, and everything around it."""
