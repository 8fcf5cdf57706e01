"""The WARC files: written so that a crash costs nothing acknowledged, read back by offset."""
