"""The demonstration behind ``make demo``: a real script, optimised from its first run to the report.

Copies `random_forest.py` into `demo/`, makes the data it reads, runs `greenrules apply` on it, and says what came of it.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"
FOLDER = ROOT / "demo"
SCRIPT = "random_forest.py"


def main() -> int:
    """Run the demonstration; the exit code is that of ``greenrules apply``."""
    FOLDER.mkdir(exist_ok=True)
    shutil.copyfile(EXAMPLES / SCRIPT, FOLDER / SCRIPT)
    subprocess.run([sys.executable, EXAMPLES / "make_data.py"], cwd=FOLDER, check=True)
    command = [sys.executable, "-m", "greenrules", "apply", SCRIPT, "--pack", "sklearn", "--force"]
    print(f"$ greenrules {' '.join(command[3:])}", flush=True)
    done = subprocess.run(command, cwd=FOLDER)
    if done.returncode != 0:
        return done.returncode
    folder = FOLDER / SCRIPT.replace(".py", ".greenrules")
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    chosen = next((one for one in report["candidates"] if one["id"] == report["selected"]), None)
    pdf = folder / "report.pdf"
    print()
    if chosen is None:
        print("no change: nothing was proven to save energy on this machine, today")
    else:
        ratio = chosen["energy_ratio"]
        saved, least, most = (100 * (1 - ratio[key]) for key in ("median", "high", "low"))
        print(f"script  {FOLDER / SCRIPT.replace('.py', '.green.py')}")
        print(f"saving  {saved:.0f} % of the energy, 95 % interval {least:.0f} to {most:.0f} % ({report['meter']['evidence']})")
    print(f"report  {pdf if pdf.is_file() else folder / 'report.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
