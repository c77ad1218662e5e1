"""``importlib.metadata`` for a snippet: the versions of the packages that it has, read from the packages themselves."""

from __future__ import annotations

import importlib
from typing import Any, Final

_HERE: Final = ("numpy", "torch")


class PackageNotFoundError(ModuleNotFoundError):
    """The package is not there."""

    __module__ = "importlib.metadata"

    def __str__(self) -> str:
        return f"No package metadata was found for {self.name}"


class _Metadata:
    """The module, as far as it goes."""

    __name__ = "importlib.metadata"
    PackageNotFoundError = PackageNotFoundError

    def version(self, distribution_name: str) -> str:
        """The version of a package. Raises PackageNotFoundError if a snippet has no such package."""
        if distribution_name.lower() not in _HERE:
            raise PackageNotFoundError(name=distribution_name)
        found: str = importlib.import_module(distribution_name.lower()).__version__
        return found

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise PermissionError(f"importlib.metadata.{name} does not work here: only version() does.")

    def __repr__(self) -> str:
        return f"<module {self.__name__!r}>"


METADATA: Final = _Metadata()
