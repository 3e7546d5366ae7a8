"""Find training examples whose label is doubtful.

    python -m fusion.audit [--run DIR] [--out DIR] [--most N]

writes audit.json, audit.csv and audit.html (with pictures) and prints how many examples of each task are doubtful. The most
doubtful example stands first, with what it seems to be and its nearest neighbours. Near-duplicates with different labels and
examples whose label the label file does not know, or has retired, are listed as well. What is doubted rests on answers that
never saw the example. Labels are those of now, with what was corrected or removed since. Nothing is changed: correct the data
file, or teach the correction with `python -m fusion.teach`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from data.cli import OK, check_folder, positive, run_command
from data.run import DEFAULT_RUN, RunFolder

MOST = 100


def main(argv: Sequence[str] | None = None) -> int:
    """Write the audit; status 2 where the run has no finished index."""
    parser = argparse.ArgumentParser(prog="python -m fusion.audit", description="Find training examples with doubtful labels.")
    parser.add_argument("--run", type=Path, default=DEFAULT_RUN, help="run folder (default %(default)s)")
    parser.add_argument("--out", type=Path, help="folder to write to (default: RUN/audit)")
    parser.add_argument(
        "--most", type=positive, default=MOST, metavar="N", help="doubtful examples that are listed (default %(default)s)"
    )
    args = parser.parse_args(argv)

    def body() -> int:
        from fusion.examples import Examples
        from fusion.suspects import audit_run, write_audit

        run = RunFolder(args.run)
        out = args.out or run.step("audit")
        check_folder(out, "--out")
        found = audit_run(run, args.most)
        write_audit(out, found, Examples(run, found.image_folder))
        for line in found.summary():
            print(line)
        print(f"page:  {out / 'audit.html'}\ntable: {out / 'audit.csv'}\nJSON:  {out / 'audit.json'}")
        return OK

    return run_command(body)


if __name__ == "__main__":
    sys.exit(main())
