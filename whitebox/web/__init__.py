"""What all pages share: middleware, home page, calendar feed, health."""
