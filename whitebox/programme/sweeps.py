"""What the programme lets go by itself."""

from whitebox.programme import personal

SWEEPS = (personal.retain,)
