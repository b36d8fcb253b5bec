"""From points of the picture to metres on the ground, and how exact that is."""
