"""The archive: one signed file with a year of decisions, and what checks it."""
