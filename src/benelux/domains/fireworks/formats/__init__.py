"""Sheets as files for other systems."""
