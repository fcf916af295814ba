"""Working groups compared: the pages."""
