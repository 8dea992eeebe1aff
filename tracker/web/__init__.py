"""The edge: access, the unit of work, errors, headers, filters, pages. Rooms build on it; it knows none of them."""
