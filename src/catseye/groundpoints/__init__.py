"""Calibrating on a page: a redacted picture of a view, ground points clicked on it, and at once how exact they make it."""
