"""What makes a picture fit to leave the process, and what keeps private ground out of the analysis."""
