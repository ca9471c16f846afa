"""Office files: reading them within limits, changing parts of them, recognising our own.

Knows nothing of networks. It exists because no library does all of this: openpyxl gives a cell's
formula *or* its value, reads files without limits, and loses shapes, most of charts and newer
formatting when it saves; python-calamine gives no formulas.

addresses      converts Z33 and A1:C3 to numbers and back
namespaces     the XML namespaces and types that Office files use

archive        reads an Office file, a zip archive of XML parts, within limits
parsing        parses XML within limits
links          the relationships between parts, and the list of content types
strings        the table of texts that cells share
shared         formulas that cells share, each written out
sheet          reads the cells of a sheet, row by row
names          what defined names and columns of tables in formulas stand for
book           reads a workbook: its sheets and its defined names
charts         what the charts of a workbook show
recalculation  computes values that a workbook does not store
abilities      what the spreadsheet engine can calculate
engine         asks that engine for them
worker         the process in which that engine runs

part           changes the XML of a part in a few places
package        copies a file with changes
annotator      copies a workbook with some cells coloured and commented
seal           recognises a workbook that the program wrote and nobody has edited
"""
