"""Who visits whom, when: from opportunities to a plan with a bound."""
