"""Knowledge of an outlet: what its pages have in common, learned page by page."""
