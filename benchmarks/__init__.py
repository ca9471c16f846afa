"""Measures speed and scale, next to what people would use instead.

measuring   a line of the results, and timing two things alternately
engines     training: our engine, a loop by hand, NumPy, micrograd, PyTorch
workbooks   the table as a workbook: ours, openpyxl, XlsxWriter; its size, memory and opening
commands    whole commands against the bare imports that they need
curves      the picture of a long curve
digits      the companion's training against the usual loop
"""
