"""How a page is fetched: paced, permitted by robots.txt, and with every byte of the wire kept."""
