"""What a traffic engineer measures on calibrated ground: speeds, lanes, queues, conflicts, incidents, violations."""
