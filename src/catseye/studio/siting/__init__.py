"""Where to put a camera: how well a pole sees each lane and each count line of a street."""
