"""Text and truth that the practice aggregator is made from."""
