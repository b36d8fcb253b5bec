"""One camera's way from frame to records."""
