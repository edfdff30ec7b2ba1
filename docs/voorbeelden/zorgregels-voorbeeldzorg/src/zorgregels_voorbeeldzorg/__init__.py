"""Data only: zorgregels reads the files beside this one and never imports this module."""
