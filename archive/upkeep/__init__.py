"""What keeps an archive sound: it is verified, put in order after a crash, and its rows are made again."""
