"""Incidents: what is wrong on the road, as revisions that a person can read."""
