"""One decision's file: a single HTML page that proves itself in the browser of whoever reads it."""
