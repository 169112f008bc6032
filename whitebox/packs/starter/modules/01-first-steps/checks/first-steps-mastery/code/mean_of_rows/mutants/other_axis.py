# The other axis.
def mean_of_rows(table):
    return table.mean(axis=0)
