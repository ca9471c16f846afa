"""Speed and scale, measured side by side with what people would use instead.

measuring   lines of the table, and how two things are timed in turn
engines     training: our engine, a loop by hand, NumPy, micrograd, PyTorch
workbooks   the table as a workbook: ours, openpyxl, XlsxWriter; its size, memory and opening
wide        networks of 300 to 20,000 weights: what a quantity costs
commands    whole commands against the bare imports that they need
curves      a long curve
digits      the companion's training against the usual loop
"""
