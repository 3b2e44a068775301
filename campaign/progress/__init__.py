"""What happened: filled-in workbooks come back, pace is measured."""
