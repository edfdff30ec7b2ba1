"""The compiled form that every inference engine reads: rules in an order in which each finds what it needs."""
