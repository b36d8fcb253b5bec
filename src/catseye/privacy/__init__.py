"""Redaction, masks, and the invariants that keep people out of the records."""
