"""The commands of `svodka`, a file per kind of task: each is a few lines, the work is the rooms' below."""
