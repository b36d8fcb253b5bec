"""Runs a network of cameras: processes that each hold some of them, and the supervisor that shares them out."""
