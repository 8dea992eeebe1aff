"""Themes: what the institute researches, told to the public and written by the administrator."""
