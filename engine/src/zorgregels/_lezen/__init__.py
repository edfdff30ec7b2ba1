"""Reading what people write: files and zaken in, plain data or Meldingen with their place out."""
