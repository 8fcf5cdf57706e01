"""The rows: a projection of the WARC files into tables that people can query."""
