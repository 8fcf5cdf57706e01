"""The whole job: `svodka` itself, with a site file that fetches no requisites, so that all contestants fetch the same.

`python -m benchmarks.contestants.whole_job --home DIR crawl vpk --base-url URL --max-pages N --json`
"""

from __future__ import annotations

from dataclasses import replace

import svodka
from crawler.sites import vpk

if __name__ == "__main__":
    vpk.SITE = replace(vpk.SITE, requisites=False)
    svodka.main()
