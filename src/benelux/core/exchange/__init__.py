"""Exchange: nodes of the countries that ask each other, and messages that none of them loses."""
