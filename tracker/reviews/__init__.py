"""Reviews: scores on anchored levels with their reasons, one for each reviewer, hidden from one another until in."""
