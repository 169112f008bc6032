"""People, cohorts, memberships, policies and contact: who is who, and who may see what."""
