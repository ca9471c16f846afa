"""Office files: read within bounds, changed in a few places, known again by a seal.

Knows no network and no exercise. It stands beside the libraries because none of them does this:
openpyxl gives a cell's formula *or* its value, reads a file without any bound, and loses shapes,
most of charts and newer formatting when it saves; python-calamine gives no formulas.

addresses      Z33 and A1:C3, from and to numbers
namespaces     the addresses by which Office files name kinds of things

archive        an Office file as a zip archive of XML parts, read within bounds
parsing        XML, parsed within bounds
links          relationships between parts, and the list of content types
strings        the table of texts that cells share
sheet          the cells of a sheet, row by row
book           a workbook as sheets, and the names that it defines
recalculation  values of formulas that have none stored, by a spreadsheet engine in a worker

part           the XML of a part, changed in a few places
package        a file copied with changes
annotator      a copy with some cells coloured and commented
seal           how the program knows a workbook of its own that nobody has changed
"""
