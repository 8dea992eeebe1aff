"""Applications: what a candidate writes and sends, who may see it, and the one door through which it moves."""
