"""``python -m zorgregels``."""

from ._cli import main

if __name__ == "__main__":
    main()
