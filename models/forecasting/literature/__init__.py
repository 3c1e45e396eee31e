"""The networks of the literature, as faithful as their papers allow, and the papers' tables on the data at hand."""
