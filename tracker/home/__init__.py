"""Home: the landing, the desk, the palette, and what programs ask of the site itself."""
