"""How a page is read: guards, then layers, then normalisers; each value keeps the layer that found it."""
