"""From plugins to sectors: files found, read, checked and typed."""
