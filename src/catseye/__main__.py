"""``python -m catseye``."""

import sys

from catseye.cli import main

sys.exit(main())
