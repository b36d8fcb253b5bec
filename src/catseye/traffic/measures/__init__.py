"""Traffic measures: what each place sees in each minute, and what any interval of minutes says by the field's definitions."""
