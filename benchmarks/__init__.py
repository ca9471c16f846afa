"""Measures speed and scale, next to what people would use instead.

measuring   a line of the results, and timing two things alternately
engines     training: our engine, a loop by hand, NumPy, micrograd, PyTorch
workbooks   writing the table: ours, openpyxl, XlsxWriter; file size, memory, opening it
commands    whole commands against only importing the libraries that they need
curves      the picture of a long curve
digits      the companion's training against the usual loop
"""
