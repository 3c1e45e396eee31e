"""What a person reads in a forecast's spreadsheet."""

SHEET_TITLE = "Forecast"
ABOUT = "What it rests on"
COLUMNS = ("First day of the {period}", "Sold", "Expected", "Median", "Low (10 %)", "High (90 %)", "A year earlier")
SUM = "Sum"
PART = "Part: {name}"
EXPECTED = "Expected in all"
OUR_ERROR = "Error on periods held out, of demand"
NAIVE_ERROR = "Error of repeating the last period"
KNOWN_TO = "From sales up to the period of"
MADE = "Made"
UNITS = "Quantities"
SALES_UNITS = "in sales units, the steps that products are sold in"
