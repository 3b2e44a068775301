"""The loan book comes in: any bank's workbook becomes a `LoanBook`, or says what is unclear."""
