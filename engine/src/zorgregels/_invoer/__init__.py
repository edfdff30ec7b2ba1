"""Tables as users have them in, a new version of a catalogue out."""
