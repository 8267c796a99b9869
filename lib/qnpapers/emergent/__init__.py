"""Learning dynamics as quantum mechanics, after Katsnelson & Vanchurin (2021)."""
