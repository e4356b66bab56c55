"""Main: the command ``coach``, also as ``python -m coach``."""

import sys


def main() -> None:
    """Run the command line; Ctrl-C is no error even while it is still being loaded."""
    try:
        from coach.cli.main import main as run_command_line  # noqa: PLC0415 - takes a third of a second

        run_command_line()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
