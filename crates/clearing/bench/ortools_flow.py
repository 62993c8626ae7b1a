"""The same problems solved by OR-tools, for comparison only.

    ortools_flow.py ROUNDS FILE...   each FILE: "nodes debts", then "debtor creditor amount" a debt

Posed as the least debt that remains (cost 1, net positions as supplies) and as a
circulation of reward 1. Printed: the fastest of ROUNDS of solve() alone, in microseconds, and
what is cleared.
"""

import resource
import sys
import time

import numpy
from ortools.graph.python import min_cost_flow


def race(file, rounds, remaining):
    with open(file, encoding="ascii") as lines:
        nodes, _ = map(int, next(lines).split())
        table = numpy.array([line.split() for line in lines], dtype=numpy.int64)
    debtor, creditor, amount = table[:, 0], table[:, 1], table[:, 2]
    cost = numpy.full(len(amount), 1 if remaining else -1)
    supply = numpy.zeros(nodes, dtype=numpy.int64)
    if remaining:
        numpy.add.at(supply, debtor, amount)
        numpy.add.at(supply, creditor, -amount)
    best = None
    for _ in range(rounds):
        solver = min_cost_flow.SimpleMinCostFlow()
        solver.add_arcs_with_capacity_and_unit_cost(debtor, creditor, amount, cost)
        solver.set_nodes_supplies(numpy.arange(nodes), supply)
        start = time.perf_counter_ns()
        status = solver.solve()
        took = (time.perf_counter_ns() - start) // 1000
        if status != solver.OPTIMAL:
            sys.exit(f"{file}: {status}")
        best = took if best is None else min(best, took)
    total = int(solver.optimal_cost())
    cleared = int(amount.sum()) - total if remaining else -total
    name = "remaining" if remaining else "circulation"
    print(f"{file}\tortools-{name}\t{best}\t{cleared}")


def main():
    for file in sys.argv[2:]:
        for remaining in (True, False):
            race(file, int(sys.argv[1]), remaining)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"-\tortools-memory-kib\t{peak}\t0")


main()
