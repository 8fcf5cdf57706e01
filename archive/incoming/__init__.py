"""What other tools wrote comes in: their WARC, ARC and WACZ files, and what their revisit records refer to."""
