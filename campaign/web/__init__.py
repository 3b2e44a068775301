"""The pages: upload a spreadsheet, see the plan, download and print; on this machine only."""
