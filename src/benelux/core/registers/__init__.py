"""Registers: each is one declaration, from which tables, questions, pages and files come."""
