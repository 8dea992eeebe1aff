"""Accounts: signing up and in, secret links, open sessions, and who works here."""
