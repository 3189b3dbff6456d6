"""Pages and answers of messaging: HTTP to action to template, without a rule of their own."""
