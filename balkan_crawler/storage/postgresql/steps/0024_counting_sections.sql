-- SQLite's index of all that articles are counted by; here the planner reads the table.
SELECT 1;
