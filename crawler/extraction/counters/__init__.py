"""The numbers that count views, comments and votes: which number is which, or that nobody can tell."""
