"""Finding the same person or vehicle again: keys for names and plates, and tokens of these keys."""
