"""What every domain needs, and that knows no domain."""
