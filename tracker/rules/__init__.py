"""What is allowed: pure Python. No Flask, no session, no clock of its own."""
