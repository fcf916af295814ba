"""Who asks: people with a session, and the roles that their organisation gave them."""
