"""The field's standards: bytes to model and back."""
