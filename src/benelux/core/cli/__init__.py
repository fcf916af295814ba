"""What the `benelux` command needs, whichever domains are installed."""
