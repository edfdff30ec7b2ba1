"""The Journaal: every decision in a log that shows when it was altered."""
