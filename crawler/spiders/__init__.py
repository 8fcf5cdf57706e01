"""The walk over a site: listings, sidebars, feeds, sitemaps, articles."""
