"""Plans the spring campaign (开门红) of a small-business lending team."""

__version__ = "0.1.0"
