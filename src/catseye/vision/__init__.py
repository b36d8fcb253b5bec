"""From pixels to tracks: motion, detection maths, association."""
