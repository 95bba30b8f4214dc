"""Personal tokens for programs that use Trainyard's own API."""
