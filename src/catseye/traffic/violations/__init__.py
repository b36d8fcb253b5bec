"""Violations: rules of the road that were broken, as events of traffic and never of somebody."""
