"""Builds the manual as a site, from the Markdown files of docs/.

    python -m tools.site              # to build/site/index.html
    python -m tools.site linkcheck    # follows the links to other sites; needs the network

Needs the extra `docs`. A warning of Sphinx, such as a link that leads nowhere, is an error.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "docs"
TARGETS = {"html": ROOT / "build" / "site", "linkcheck": ROOT / "build" / "links"}


def main() -> int:
    """Build the site, or what another builder of Sphinx makes of the pages."""
    builder = sys.argv[1] if sys.argv[1:] else "html"
    if builder not in TARGETS:
        print(f"{builder}: choose one of {', '.join(TARGETS)}", file=sys.stderr)
        return 2
    return built(TARGETS[builder], builder)


def built(target: Path, builder: str = "html") -> int:
    """Build into a folder, from nothing; gives Sphinx's exit code, which is 0 without a warning."""
    options = ["--fresh-env", "--write-all", "--fail-on-warning", "--quiet", "--builder", builder]
    sphinx = [sys.executable, "-m", "sphinx", *options, SOURCE, target]
    return subprocess.run(sphinx, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
