"""``python -m gradwalk.catalogue`` prints the catalogue as JSON: so a process without the engine comes by it."""

import sys

import orjson

from gradwalk.catalogue import catalogue

sys.stdout.buffer.write(orjson.dumps(catalogue()))
