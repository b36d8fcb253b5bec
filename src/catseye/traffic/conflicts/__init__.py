"""Conflicts: close encounters of two road users, their exposure, where they are, and whether a change of the street helped."""
