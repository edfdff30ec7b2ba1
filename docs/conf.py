"""Sphinx: Markdown by MyST, looks by furo, nothing else."""

project = "zorgregels"
author = "the authors of zorgregels"
extensions = ["myst_parser"]
html_theme = "furo"
html_title = "zorgregels"
exclude_patterns = ["_build", "voorbeelden"]
myst_heading_anchors = 3
# The pages about error codes hang under fouten/index by links, so as not to fill the sidebar; a test holds that every other page is in the index.
suppress_warnings = ["toc.not_included"]
