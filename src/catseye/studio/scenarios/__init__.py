"""The studio's streets, each with the traffic that belongs on it."""
