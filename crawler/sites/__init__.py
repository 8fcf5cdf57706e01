"""One file a site: hosts, URL patterns, labels, selectors, time zone, politeness."""
