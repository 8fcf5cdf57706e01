"""What is kept, and how it is read back: WARC files, rows, frontier, search, evidence, verify.

Knows nothing of Scrapy or Twisted, and nothing of the rooms above it.
"""
