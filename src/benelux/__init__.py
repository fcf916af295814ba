"""The digital systems of the Benelux Union's annual plan, as one platform."""

__version__ = "0.1.0"
