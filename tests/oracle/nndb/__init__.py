"""PyTorch's own databases of modules and optimisers (`module_db`, `optim_db`) as the measure of Gradwalk's.

`sample` makes every module and optimiser as the databases say, under a Python that has PyTorch, uses it as a lesson
does and writes down what PyTorch lets one see; `tests.oracle.opdb.check` does the same under Gradwalk's facade.
"""
