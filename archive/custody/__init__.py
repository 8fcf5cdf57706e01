"""Proof that nothing was changed: the chain of closed WARC files, its signatures and time stamps."""
