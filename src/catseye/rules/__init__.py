"""From tracks to events: lines, zones, movements, flows."""
