"""The programs that are measured: each fetches a given list of pages in a process of its own, and says how many."""
