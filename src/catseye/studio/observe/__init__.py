"""What a camera's detector would see of a studio street, without a picture: true boxes, a detector's errors, counts."""
