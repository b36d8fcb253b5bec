"""Streets with exactly known truth: traffic that SUMO drives, seen by a pole camera, as detections or as pictures."""
