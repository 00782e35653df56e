"""Draw images/icon.png from images/icon.svg, with Chromium.

    python editors/vscode/scripts/icon.py [PATH OF CHROMIUM]
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

IMAGES = Path(__file__).parents[1] / "images"


def main() -> None:
    """Write the icon, 256 by 256, with clear corners."""
    chromium = sys.argv[1] if len(sys.argv) > 1 else "chromium"
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "icon.html"
        page.write_text(f"<style>body{{margin:0}}svg{{display:block}}</style>{(IMAGES / 'icon.svg').read_text(encoding='utf-8')}", encoding="utf-8")
        options = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--default-background-color=00000000")
        subprocess.run(
            [chromium, *options, "--window-size=256,256", f"--user-data-dir={folder}/profile", f"--screenshot={IMAGES / 'icon.png'}", page.as_uri()],
            check=True,
            capture_output=True,
            timeout=60,
        )


if __name__ == "__main__":
    main()
