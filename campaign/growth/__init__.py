"""The sources of growth: arithmetic on a LoanBook, no files, no clock."""
