"""Dossiers: what a reader opens, lists, compares and moves."""
