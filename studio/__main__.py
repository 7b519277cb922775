"""`python -m studio`: hands over to services.cli, the one exception to the arrows."""

from services.loading import loading

with loading():
    from services.cli import main

if __name__ == "__main__":
    main()
