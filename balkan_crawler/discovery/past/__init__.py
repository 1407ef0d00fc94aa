"""An outlet's past: WordPress's interface, archives by day, numbered pages, and where in them some days stand."""
