"""Numbers as the geometry of plots; templates/plots/ draws them as SVG. Pure."""
