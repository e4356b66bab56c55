"""System: the machine, its clock, its signals and its service manager."""
