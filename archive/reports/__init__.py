"""Answers to the questions of those who study the archive: what changed, what is missing, what to cite."""
