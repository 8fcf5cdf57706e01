"""What Svodka costs, measured against peers in the same run."""
