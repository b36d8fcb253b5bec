"""The user's files, checked."""
