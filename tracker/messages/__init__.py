"""Messages: the wording of templates, what is composed from them, and the ledger of what became of each e-mail."""
