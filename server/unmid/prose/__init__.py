"""Source text to clean prose, with a way back to the source for every character."""
