"""What hostile programs of tests are made of."""


def body(*lines: str, before: str = "") -> str:
    """Return a solution whose function has these lines."""
    return f"{before}\nimport numpy as np\ndef softmax_rows(x):\n" + "\n".join(f"    {line}" for line in lines) + "\n"


FORGE = """\
import os
def forge(text):
    for fd in range(3, 64):
        try:
            os.write(fd, text)
        except OSError:
            pass
"""
