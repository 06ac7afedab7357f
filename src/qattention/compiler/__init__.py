"""A problem and a plan become a bloq tree."""
