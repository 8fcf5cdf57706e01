"""What stands behind an article's heading, part by part: date, byline, lead, body, footnotes, rights and mentions."""
