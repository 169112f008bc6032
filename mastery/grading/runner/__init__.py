"""Plain scripts that run inside the box. They import nothing of ours but each other, and nothing on the host trusts them."""
