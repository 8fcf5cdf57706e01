"""The lists of articles on a page: rows told from their dates, with comments, title and rank; whose rows they are."""
