"""Application forms: composed by HR from sections and typed questions, kept in versions."""
