"""The pages of the curriculum, by what one comes for."""
