"""Plain modules that run inside the box. They import nothing of ours but each other; the host trusts none of them."""
