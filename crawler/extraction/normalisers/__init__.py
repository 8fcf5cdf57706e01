"""Pure functions from what a page prints to what the codebook calls it; None where the text does not say it."""
