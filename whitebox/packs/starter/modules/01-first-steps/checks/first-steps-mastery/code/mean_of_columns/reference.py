def mean_of_columns(table):
    return table.mean(axis=0)
