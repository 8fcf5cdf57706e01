"""What to fetch and how to read it: sites, spiders, fetching, extraction, and a practice aggregator."""
