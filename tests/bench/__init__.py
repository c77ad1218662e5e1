"""How fast it is: measured by `make bench`, as ratios within one run, never asserted in tests."""
