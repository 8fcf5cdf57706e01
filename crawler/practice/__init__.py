"""A small aggregator on loopback to practise on: made up, and saying so."""
