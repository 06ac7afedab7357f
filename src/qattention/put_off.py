"""Libraries that Cirq and Qualtran import for what no command asks of them are run when they are first used.

Both import pandas, matplotlib, SciPy, networkx and IPython for experiments, plots and notebooks, which takes
more than half of the time that `import qualtran` takes. In the command's own process these modules are made
at once and run at the first use of one of their names; what they are asked for then is the same. Numba, too,
asks for SciPy, for linear algebra that no kernel here has. A library that imports this package gets its
modules as ever.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

PUT_OFF = (
    "IPython",
    "cirq.contrib",
    "ipywidgets",
    "matplotlib",
    "mpl_toolkits",
    "nbformat",
    "networkx",
    "pandas",
    "pydot",
    "scipy",
)
_NEVER_RUN = ("cirq", "mpl_toolkits")  # parents that are no part of what is put off, or have no code
_NAMED = {  # what the two import by name, write in annotations and ask `isinstance` for, at import
    "IPython.display": "HTML Markdown SVG display",
    "networkx": "DiGraph Graph MultiDiGraph MultiGraph",
    "pandas": "DataFrame Index MultiIndex",
    "pydot": "Cluster Dot Edge Graph Node",
    "scipy.cluster.hierarchy": "DisjointSet",
    "scipy.linalg": "cossin",
    "scipy.optimize": "curve_fit",
    "scipy.sparse": "csr_matrix",
}
_WITHOUT_SCIPY = (
    "numba",
    "numba.np.arraymath",
)  # ask for it at import, for linear algebra in kernels: none here
_OF_IMPORTS = ("__path__", "__file__", "__cached__")  # there from the start, or not at all


def put_off() -> None:
    """From now on, and for those not imported yet, in this process."""
    sys.meta_path.insert(0, _Finder())


class _Finder:
    """Finds the modules of PUT_OFF, but for those of a package that runs: it asks for them in earnest."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: object = None) -> ModuleSpec | None:
        del target
        if name in _WITHOUT_SCIPY:
            spec = PathFinder.find_spec(name, path)
            if spec is not None and spec.loader is not None:
                spec.loader = _WithoutSciPy(spec.loader)
            return spec
        if not any(f"{name}.".startswith(f"{root}.") for root in PUT_OFF):
            return None
        parent, _, _ = name.rpartition(".")
        if parent and parent not in _NEVER_RUN and not isinstance(sys.modules.get(parent), _PutOff):
            return None
        spec = PathFinder.find_spec(name, path)
        if spec is None or spec.loader is None:  # none, or a folder of others without code of its own
            return spec
        spec.loader = _Later(spec.loader)
        return spec


class _Later(Loader):
    """Makes the module, and runs nothing."""

    def __init__(self, loader: Any) -> None:
        self.loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _PutOff(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        pass


class _WithoutSciPy(Loader):
    """Runs the module as if there were no SciPy, which it can do without."""

    def __init__(self, loader: Any) -> None:
        self.loader = loader

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = module.__spec__.loader = self.loader  # type: ignore[union-attr]  # it is being loaded
        there = sys.modules.pop("scipy", None)
        sys.modules["scipy"] = None  # type: ignore[assignment]  # how the import system is told so
        try:
            self.loader.exec_module(module)
        finally:
            del sys.modules["scipy"]
            if there is not None:
                sys.modules["scipy"] = there


class _PutOff(ModuleType):
    """A module before it is run; then it is one like others."""

    def __getattr__(self, name: str) -> Any:
        if name in _OF_IMPORTS:
            raise AttributeError(name)
        if name in _NAMED.get(self.__name__, "").split():
            return _Named(self.__name__, name)
        path = self.__dict__.get("__path__")
        if path is not None and PathFinder.find_spec(f"{self.__name__}.{name}", path):
            return import_module(f"{self.__name__}.{name}")
        _run(self)
        return getattr(self, name)


class _Named:
    """A class or function of a module that is put off, until it is called or looked into."""

    def __init__(self, module: str, name: str) -> None:
        self._module, self._name = module, name

    def _itself(self) -> Any:
        _run(module := sys.modules[self._module])
        return getattr(module, self._name)

    def __call__(self, *values: Any, **named: Any) -> Any:
        return self._itself()(*values, **named)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and isinstance(sys.modules[self._module], _PutOff):
            raise AttributeError(name)  # `typing` asks for such of whatever an annotation names
        return getattr(self._itself(), name)

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        """A class made from it is made from the class itself."""
        del bases
        return (self._itself(),)

    def __instancecheck__(self, value: object) -> bool:
        """Nothing is an instance of what has not been run."""
        return not isinstance(sys.modules[self._module], _PutOff) and isinstance(value, self._itself())


def _run(module: ModuleType) -> None:
    """What an import would have run: the packages that hold the module first."""
    parent, _, _ = module.__name__.rpartition(".")
    if parent and parent not in _NEVER_RUN:
        _run(sys.modules[parent])
    if not isinstance(module, _PutOff):  # a parent's run may have been this one's, too
        return
    module.__class__ = ModuleType  # type: ignore[assignment]  # a module like others from here on
    try:
        module.__spec__.loader.loader.exec_module(module)  # type: ignore[union-attr]  # `_Later` made it
    except BaseException:
        module.__class__ = _PutOff
        raise
