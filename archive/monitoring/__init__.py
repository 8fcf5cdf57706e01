"""Whether crawls still find what they should: fill rates run by run, and what health makes of them."""
