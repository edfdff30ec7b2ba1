"""From what inference came to, to the Beslissing and its words. One way for every inference engine."""
