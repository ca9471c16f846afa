"""Speed, measured as ratios: ours and something known, in turn, in one run."""
