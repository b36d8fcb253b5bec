"""Workers that drive a pipeline in real time or as fast as they can."""
