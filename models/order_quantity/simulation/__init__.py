"""Order policies on a simulated warehouse: fitted on the past, judged on later periods that they never saw.

Start at `simulate_file` (the command's work) or at `run` (the simulator itself).
"""
