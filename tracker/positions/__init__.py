"""Positions: what is advertised, how it is prepared and steered, and who sits on its committee."""
