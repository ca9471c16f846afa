"""Measures speed and scale, next to what people would use instead.

measuring   a line of the results, and timing two things alternately
engines     training: our engine, a loop by hand, NumPy, micrograd, PyTorch
workbooks   writing the table: ours, openpyxl, XlsxWriter; file size, memory, opening it
wide        networks of 300 to 20,000 weights: what a quantity costs
kinds       layers of each kind: what a quantity costs
commands    whole commands against only importing the libraries that they need
curves      the picture of a long curve
classes     checking the workbooks of a class, by one process and by several
pages       the page in a browser: its size, and how soon it and a change are shown
digit_pictures   kinds of pictures of digits, and how many of each `mnist predict` reads
digits      the companion's training against the usual loop
"""
