"""Formulas as trees: walked, changed, combined; nothing here reorders or regroups one."""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import reduce

Tree = ast.expr

ONE: Tree = ast.Constant(1)


def nodes(tree: Tree) -> Iterator[Tree]:
    """The tree and every expression below it, function names left out."""
    yield tree
    match tree:
        case ast.BinOp():
            parts = [tree.left, tree.right]
        case ast.UnaryOp():
            parts = [tree.operand]
        case ast.Call():
            parts = tree.args
        case _:
            parts = []
    for part in parts:
        yield from nodes(part)


def names(tree: Tree) -> list[str]:
    """The names a formula refers to, each once, in the order of their first appearance."""
    return list(dict.fromkeys(node.id for node in nodes(tree) if isinstance(node, ast.Name)))


def spreading(tree: Tree) -> set[str]:
    """The names by which a formula's number is no finite one whenever theirs is none.

    Sums, products and squares hand an infinite number on, or make it none at all. A function or a
    division by it may make it finite: 1/(1 + exp(-h1)) is 0 where h1 is infinite.
    """
    match tree:
        case ast.Name(id=symbol):
            return {symbol}
        case ast.BinOp(left=left, op=ast.Div() | ast.Pow()):
            return spreading(left)
        case ast.BinOp(left=left, right=right):
            return spreading(left) | spreading(right)
        case ast.UnaryOp(operand=operand):
            return spreading(operand)
    return set()


def conditions(tree: Tree) -> list[Tree]:
    """What a formula holds against 0 to choose by: where one of these is 0, it may have a kink."""
    calls = [node for node in nodes(tree) if isinstance(node, ast.Call)]
    return [
        call.args[0]
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "where"
    ]


def changed(tree: Tree, change: Callable[[Tree], Tree | None]) -> Tree:
    """The tree with nodes replaced, from the top; None leaves a node and goes on below it."""
    new = change(tree)
    if new is not None:
        return new
    match tree:
        case ast.BinOp():
            return ast.BinOp(changed(tree.left, change), tree.op, changed(tree.right, change))
        case ast.UnaryOp():
            return ast.UnaryOp(tree.op, changed(tree.operand, change))
        case ast.Call():
            return ast.Call(tree.func, [changed(part, change) for part in tree.args], [])
    return tree


def renamed(tree: Tree, name: Callable[[str], Tree]) -> Tree:
    """The tree with each name replaced."""
    return changed(tree, lambda node: name(node.id) if isinstance(node, ast.Name) else None)


def put(tree: Tree, old: Tree, new: Tree) -> Tree:
    """The tree with one node replaced."""
    return changed(tree, lambda node: new if node is old else None)


def inline(tree: Tree, definitions: Mapping[str, Tree]) -> Tree:
    """The tree with every defined name replaced by its definition, to the bottom."""

    def meant(node: Tree) -> Tree | None:
        if isinstance(node, ast.Name) and node.id in definitions:
            return inline(definitions[node.id], definitions)
        return None

    return changed(tree, meant)


def is_one(tree: Tree) -> bool:
    return isinstance(tree, ast.Constant) and tree.value == 1


def product(*trees: Tree) -> Tree:
    """The product of all, multiplied from left to right; factors that are 1 are left out.

    Later factors that are products themselves are multiplied on one by one, so that
    inlining a first factor never changes the order of the multiplications.
    """
    first, *rest = [tree for tree in trees if not is_one(tree)] or [ONE]
    return reduce(
        lambda left, right: ast.BinOp(left, ast.Mult(), right),
        [factor for tree in rest for factor in factors(tree)],
        first,
    )


def factors(tree: Tree) -> list[Tree]:
    """The factors of a product from left to right."""
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Mult):
        return [*factors(tree.left), tree.right]
    return [tree]


def total(trees: Iterable[Tree]) -> Tree:
    """The sum of all, added from left to right."""
    return reduce(lambda left, right: ast.BinOp(left, ast.Add(), right), trees)
