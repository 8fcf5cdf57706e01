"""One spider a site file, made from it: a new site is one file, and `scrapy list` names it at once."""

from __future__ import annotations

from crawler.sites import load_site, site_names
from crawler.spiders.aggregator import AggregatorSpider

for _name in site_names():
    _class = f"{_name.title().replace('_', '')}Spider"
    globals()[_class] = type(
        _class,
        (AggregatorSpider,),
        {"name": _name, "site": load_site(_name), "__module__": __name__, "__doc__": f"Walks the site {_name}."},
    )
