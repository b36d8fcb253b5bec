"""Versioned encodings of records."""
