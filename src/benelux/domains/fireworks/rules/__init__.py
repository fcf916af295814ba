"""What law and standards say, as dated data."""
