"""The command line: ``python -m sklstm compare`` and ``python -m sklstm predict``."""

import sys

from sklstm.cli._main import main

if __name__ == "__main__":
    sys.exit(main())
