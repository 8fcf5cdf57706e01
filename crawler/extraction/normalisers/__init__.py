"""Pure functions from what a page prints to what docs/codebook.md calls it; None where the text does not say it."""
