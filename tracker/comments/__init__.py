"""Comments: said to an audience, about one application, written so that the candidate could read them."""
