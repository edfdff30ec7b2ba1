"""The language: documents in, typed values out. Nothing here evaluates anything."""
