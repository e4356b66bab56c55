"""Benchmarks: what the programs ``scripts/bench_*`` measure, and with what."""
