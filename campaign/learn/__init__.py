"""What the bank's own past says: rates and seasons, pooled and shrunk."""
