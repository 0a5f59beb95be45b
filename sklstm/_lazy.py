"""Names that load their module on first use (PEP 562)."""

from importlib import import_module


def lazy_exports(package, homes):
    """Build the ``__getattr__`` and ``__dir__`` of a package with lazy names.

    Parameters
    ----------
    package : str
        ``__name__`` of the package.

    homes : dict of str to str
        The module that defines each public name. A name that is itself a module of
        the package maps to that module.

    Returns
    -------
    module_getattr, module_dir : callables
        To be bound to ``__getattr__`` and ``__dir__`` in the package.
    """

    def module_getattr(name):
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        home = homes[name]
        module = import_module(home)
        return module if home == f"{package}.{name}" else getattr(module, name)

    def module_dir():
        return sorted(homes)

    return module_getattr, module_dir
