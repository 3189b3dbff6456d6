"""Pages about people, one concern a file."""
