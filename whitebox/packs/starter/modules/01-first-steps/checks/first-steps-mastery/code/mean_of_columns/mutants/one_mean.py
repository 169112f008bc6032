# One mean for everything.
def mean_of_columns(table):
    return table.mean()
