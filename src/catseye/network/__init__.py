"""A network of cameras: what each one sees, how it is, and how much of the time it served. Pure: no input, output or clock."""
