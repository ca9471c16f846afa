"""Makes the pictures of the documentation, from the real program.

    python -m tools.pictures

Needs LibreOffice and pdftoppm; with the font Carlito, which has Calibri's measures, the sheet
looks as it does in Excel.
"""

import re
import subprocess
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

PICTURES = Path("docs") / "pictures"
HEADINGS = '<printOptions headings="1"/>'


def main() -> None:
    """Write docs/pictures/."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        command = ["backprop-sheet", "run", "--output", str(folder)]
        subprocess.run(command, check=True)
        sheet = photograph(folder / "backprop_lr1.0.xlsx", folder)
        PICTURES.mkdir(parents=True, exist_ok=True)
        (PICTURES / "sheet.png").write_bytes(sheet.read_bytes())
        (PICTURES / "error_lr1.0.png").write_bytes((folder / "error_lr1.0.png").read_bytes())


def photograph(book: Path, folder: Path) -> Path:
    """The upper part of a workbook's first page, with the letters and numbers of its cells."""
    framed = folder / "framed.xlsx"
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(framed, "w") as target:
        for part in source.namelist():
            text = source.read(part)
            if part.startswith("xl/worksheets/sheet"):
                text = re.sub(rb"(<pageMargins)", HEADINGS.encode() + rb"\1", text, count=1)
            target.writestr(part, text)
    convert = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(framed)]
    subprocess.run(convert, check=True, capture_output=True)
    crop = ["-x", "60", "-y", "70", "-W", "1980", "-H", "820"]
    shoot = ["pdftoppm", "-png", "-r", "180", "-singlefile", *crop]
    subprocess.run([*shoot, str(folder / "framed.pdf"), str(folder / "framed")], check=True)
    return folder / "framed.png"


if __name__ == "__main__":
    main()
