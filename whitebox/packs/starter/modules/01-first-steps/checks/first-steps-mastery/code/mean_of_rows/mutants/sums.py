# Forgets to divide.
def mean_of_rows(table):
    return table.sum(axis=1)
