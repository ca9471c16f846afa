"""A formula that cells share, as it reads in each of them.

openpyxl's translator takes the formula apart once more for each cell. Here that is done once for
each column, so a cell costs no more than writing its rows.
"""

from functools import lru_cache

from openpyxl.formula.tokenizer import Token
from openpyxl.formula.translate import Translator, TranslatorError

from backprop_sheet.ooxml.addresses import Place, address

MOST_COLUMNS = 8
"""Columns for which a formula is kept taken apart: it may be long, and shared by thousands."""


class SharedFormula:
    """A formula that is moved to other cells.

    Attributes:
        length: how many parts it has.
    """

    def __init__(self, text: str, place: Place) -> None:
        """Take apart the formula of a cell, given without the ``=``."""
        translator = Translator(f"={text}", address(*place))
        self._tokens = translator.get_tokens()
        self._row, self._column = place
        self.length = len(self._tokens)
        self._in_column = lru_cache(MOST_COLUMNS)(self._moved_by)

    def at(self, row: int, column: int) -> str:
        """The formula as it reads in another cell, without the ``=``.

        Raises:
            TranslatorError: it would refer to a cell left of the sheet or above it.
        """
        text, rows = self._in_column(column - self._column)
        down = row - self._row
        moved = tuple([number + down for number in rows])
        if moved and min(moved) <= 0:
            raise TranslatorError("Formula out of range")
        return text % moved

    def _moved_by(self, columns: int) -> tuple[str, list[int]]:
        """The formula some columns further, with ``%d`` for each row that moves, and these rows."""
        texts, rows = [], []
        for token in self._tokens:
            value = token.value
            if token.type != Token.OPERAND or token.subtype != Token.RANGE:
                texts.append(value.replace("%", "%%"))
                continue
            sheet, cells = Translator.strip_ws_name(Translator.translate_range(value, 0, columns))
            of_rows = Translator.ROW_RANGE_RE.match(cells)
            texts.append(sheet.replace("%", "%%"))
            for number, corner in enumerate(cells.split(":")):
                cell = Translator.CELL_REF_RE.match(corner)
                left, row = ("", corner) if of_rows else cell.groups() if cell else (corner, "$")
                texts.append(f"{':' * (number > 0)}{left}".replace("%", "%%"))
                if row.startswith("$"):
                    texts.append(row if cell or of_rows else "")
                else:
                    texts.append("%d")
                    rows.append(int(row))
        return "".join(texts), rows
