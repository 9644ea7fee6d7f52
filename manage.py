"""Everything that is done to the shop from a terminal: `python manage.py --help`."""

from worker.commands import main

if __name__ == "__main__":
    main()
