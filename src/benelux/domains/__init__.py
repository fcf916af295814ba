"""One folder per field of work; each is found by its declaration."""
