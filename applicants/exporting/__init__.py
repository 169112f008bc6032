"""Everything of a round as tables, for organizers: as one workbook, or as CSV files in one archive."""
