"""What leaves the archive: tables as CSV, JSON Lines, Parquet or a data package, and pages as WACZ."""
