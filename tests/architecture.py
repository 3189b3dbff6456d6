"""The rules of the layout, each as a function from a file's syntax tree to the faults in it."""

import ast
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Each may import itself and what stands before it.
APPS = ("accounts", "videos", "messaging", "moderation")
INNER_FILES = {"models", "querysets", "policies"}
OUTER_FILES = {"views", "forms", "actions", "broadcast"}
LAYER_FILES = {"messaging/tabs.py", "dm_site/redis_layer.py"}
MAX_LINES = 400
OWN_SUFFIXES = {".py", ".js", ".css", ".html"}
NOT_OURS = {".git", ".venv", ".tools", "build", "var", "vendor", "migrations", "node_modules", "__pycache__"}
IMPORTING_FUNCTIONS = {"import_module", "import_string", "__import__"}
MANAGERS = {"objects", "_default_manager", "_base_manager"}
# Methods that only querysets and model instances have; `get`, `update` or `count` would hit dicts too.
ORM_METHODS = {
    *("filter", "exclude", "annotate", "aggregate", "alias", "order_by", "select_related", "prefetch_related"),
    *("select_for_update", "values_list", "get_or_create", "update_or_create", "bulk_create", "bulk_update"),
    *("in_bulk", "refresh_from_db", "save", "full_clean", "iterator", "raw", "using"),
    *("aget", "acreate", "aupdate", "adelete", "asave", "acount", "aexists", "afirst", "alast", "aiterator"),
}


@dataclass(frozen=True)
class Source:
    """One Python file: its path from the root, with forward slashes, and its syntax tree."""

    path: str
    tree: ast.Module

    @property
    def app(self) -> str:
        return self.path.split("/")[0]

    @property
    def room(self) -> str:
        """The file's role: its name, or the package inside the app, as in `messaging/views/inbox.py`."""
        return self.path.removesuffix(".py").split("/")[1] if "/" in self.path else ""


Rule = Callable[[Source], list[str]]


def parse(path: str, text: str) -> Source:
    return Source(path, ast.parse(text, path))


def imported_modules(source: Source) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of every import, also of relative, local and computed ones.

    `from a import b` yields `a` and `a.b`, for `b` may be a module.
    """
    package = source.path.removesuffix("/__init__.py").removesuffix(".py").split("/")
    if not source.path.endswith("/__init__.py"):
        package = package[:-1]
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*start, *([node.module] if node.module else [])])
            yield node.lineno, module
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and name_of(node.func) in IMPORTING_FUNCTIONS:
            yield from ((node.lineno, text) for text in map(constant_text, node.args) if text)


def name_of(node: ast.expr) -> str:
    """Return the last part of a name: `b` of `a.b`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def constant_text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def belongs_to(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def fault(source: Source, line: int, message: str) -> str:
    return f"{source.path}:{line}: {message}"


def against_the_arrow(source: Source) -> list[str]:
    """Imports point one way: moderation → messaging → videos → accounts, and never to dm_site."""
    if source.app not in APPS:
        return []
    forbidden = (*APPS[APPS.index(source.app) + 1 :], "dm_site")
    return [
        fault(source, line, f"{source.app} imports {module}")
        for line, module in imported_modules(source)
        if any(belongs_to(module, package) for package in forbidden)
    ]


def inner_imports_outer(source: Source) -> list[str]:
    """Tables and rules know nothing of who calls them."""
    if source.app not in APPS or source.room not in INNER_FILES:
        return []
    return [
        fault(source, line, f"{source.room} imports {module}")
        for line, module in imported_modules(source)
        if module.split(".")[0] in APPS and module.split(".")[1:2] and module.split(".")[1] in OUTER_FILES
    ]


def orm_where_it_must_not_be(source: Source) -> list[str]:
    """Consumers and template tags decide and load nothing."""
    if source.app not in APPS or source.room not in {"consumers", "templatetags"}:
        return []
    faults = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS:
            faults.append(fault(source, node.lineno, f"uses .{node.attr}"))
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ORM_METHODS
            and name_of(node.func.value) != "register"  # @register.filter(…) of a template library
        ):
            faults.append(fault(source, node.lineno, f"calls .{node.func.attr}()"))
    return faults


def http_in_actions(source: Source) -> list[str]:
    """An action can be called from a socket, a command and the desk: it knows no request."""
    if source.app not in APPS or source.room != "actions":
        return []
    return [
        fault(source, line, f"actions imports {module}")
        for line, module in imported_modules(source)
        if belongs_to(module, "django.http")
    ]


def layer_elsewhere(source: Source) -> list[str]:
    """Who hears what is decided in one place."""
    if source.app not in (*APPS, "dm_site") or source.path in LAYER_FILES:
        return []
    faults = [
        fault(source, line, f"imports {module}")
        for line, module in imported_modules(source)
        if belongs_to(module, "channels.layers") or belongs_to(module, "channels_redis")
    ]
    names = ("get_channel_layer", "channel_layer", "channel_layers")
    return faults + [
        fault(source, node.lineno, f"uses {name_of(node)}")
        for node in ast.walk(source.tree)
        if isinstance(node, (ast.Name, ast.Attribute)) and name_of(node) in names
    ]


def too_long(path: str, text: str) -> list[str]:
    """A file a reader can hold in the head."""
    lines = len(text.splitlines())
    return [f"{path}: {lines} lines, at most {MAX_LINES}"] if lines > MAX_LINES else []


def own_files() -> list[Path]:
    """Return every file written by us: not copied, generated or installed."""
    found = []
    for folder, subfolders, names in os.walk(ROOT):
        subfolders[:] = set(subfolders) - NOT_OURS
        found += [Path(folder, name) for name in names if Path(name).suffix in OWN_SUFFIXES]
    return sorted(found)
