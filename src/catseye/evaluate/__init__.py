"""Scorecards: accuracy against truth."""
