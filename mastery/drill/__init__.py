"""The fault drill: real workers and a real broker are killed while real code is graded, and nothing may be lost."""
