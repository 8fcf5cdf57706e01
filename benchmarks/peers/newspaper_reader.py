"""newspaper4k on a corpus, in its own environment: one JSON object a page, for benchmarks/reading.py to score."""

from __future__ import annotations

import gzip
import json
import sys
import time
import warnings
from pathlib import Path


def main() -> None:
    """Read every page of the corpus named on the command line; CPU seconds beside what was found."""
    warnings.simplefilter("ignore")  # another program's, in another process
    from newspaper import Article, ArticleException

    corpus = Path(sys.argv[1])
    for line in (corpus / "pages_truth.jsonl").read_text("utf-8").splitlines():
        truth = json.loads(line)
        html = gzip.decompress((corpus / "pages" / Path(truth["file"]).name).read_bytes()).decode("utf-8", "replace")
        started = time.process_time()
        article = Article(truth["url"], fetch_images=False)
        try:
            article.download(input_html=html)
            article.parse()
        except (ArticleException, ImportError) as error:  # languages that need more packages
            print(truth["id"], error, file=sys.stderr)
        seconds = time.process_time() - started
        published = article.publish_date.isoformat() if article.publish_date else None
        found = {"title": article.title, "authors": article.authors, "published": published, "body": article.text}
        print(json.dumps({"id": truth["id"], "seconds": seconds} | found))


if __name__ == "__main__":
    main()
