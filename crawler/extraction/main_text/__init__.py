"""The main text of a page that nobody has described, told from where its prose stands; byline and lead around it."""
