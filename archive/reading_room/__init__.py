"""The web pages of `svodka serve`: the archive read in a browser, on this machine only and without changing it.

Two origins: MAIN shows our pages, RAW (a port of its own) the archived bytes, in which no script runs.
"""
