"""What people hold in their hands: workbooks and briefings."""
