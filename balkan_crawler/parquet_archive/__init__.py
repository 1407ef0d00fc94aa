"""Closed months as Parquet files beside the database: written, verified, let go of, and searched.

The files need nothing of ours to be read: DuckDB, pandas, Polars, R and Spark open them as they are.
"""
