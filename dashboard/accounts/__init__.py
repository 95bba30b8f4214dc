"""Who people are: profiles, signing in, single sign-on, sessions, the first owner. Jobs know nothing of it."""
