"""Whether a count line stands where road users can be counted, told by watching what passes it."""
