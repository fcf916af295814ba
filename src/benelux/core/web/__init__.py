"""The shell around every domain: pages, lists, forms, problems, and the doors they go through."""
