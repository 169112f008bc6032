"""Cells of files that people open in a spreadsheet, which takes some texts for formulas."""

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def is_formula(cell: str) -> bool:
    return cell.startswith(FORMULA_SIGNS)


def escaped(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if is_formula(cell) else cell


def unescaped(cell: str) -> str:
    """Take back what `escaped` added, so that an export can be imported unchanged."""
    return cell[1:] if cell.startswith("'") and is_formula(cell[1:]) else cell
