"""From the first application to an accepted offer; ends by enrolling a person in a cohort."""
