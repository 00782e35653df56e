"""An author's voice: what is learned of it, and where a draft leaves it."""
