// The same problems solved by LEMON (Debian's liblemon-dev), for comparison only.
//
//   lemon ROUNDS FILE...   each FILE: "nodes debts", then a line "debtor creditor amount" a debt
//
// Each problem is posed in two ways to two algorithms: as a circulation of
// reward 1 (cost -1), and as the least debt that remains (cost 1, the net
// positions as supplies). Printed for each: the fastest of ROUNDS, in microseconds,
// and what is cleared. Only run() is timed; the graph and the maps stand ready.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <sys/resource.h>
#include <vector>

#include <lemon/cost_scaling.h>
#include <lemon/network_simplex.h>
#include <lemon/static_graph.h>

using lemon::StaticDigraph;
typedef long long Whole;

struct Problem {
    int nodes = 0;
    std::vector<std::pair<int, int>> ends;
    std::vector<Whole> amount;
};

static Problem read(const char *path) {
    Problem problem;
    std::FILE *file = std::fopen(path, "r");
    int debts = 0;
    if (!file || std::fscanf(file, "%d %d", &problem.nodes, &debts) != 2) std::exit(2);
    struct Line { int debtor, creditor; Whole amount; };
    std::vector<Line> lines(debts);
    for (auto &line : lines)
        if (std::fscanf(file, "%d %d %lld", &line.debtor, &line.creditor, &line.amount) != 3) std::exit(2);
    std::fclose(file);
    // StaticDigraph wants its arcs ordered by source.
    std::stable_sort(lines.begin(), lines.end(),
                     [](const Line &a, const Line &b) { return a.debtor < b.debtor; });
    for (auto &line : lines) {
        problem.ends.emplace_back(line.debtor, line.creditor);
        problem.amount.push_back(line.amount);
    }
    return problem;
}

template <class Solver>
static void race(const char *name, const char *file, int rounds, const Problem &problem, bool remaining) {
    StaticDigraph graph;
    graph.build(problem.nodes, problem.ends.begin(), problem.ends.end());
    StaticDigraph::ArcMap<Whole> upper(graph), cost(graph);
    StaticDigraph::NodeMap<Whole> supply(graph, 0);
    Whole owed = 0;
    for (int arc = 0; arc < (int)problem.ends.size(); ++arc) {
        upper[graph.arc(arc)] = problem.amount[arc];
        cost[graph.arc(arc)] = remaining ? 1 : -1;
        owed += problem.amount[arc];
        if (remaining) {
            supply[graph.node(problem.ends[arc].first)] += problem.amount[arc];
            supply[graph.node(problem.ends[arc].second)] -= problem.amount[arc];
        }
    }
    long long best = -1;
    Whole cleared = -1;
    for (int round = 0; round < rounds; ++round) {
        Solver solver(graph);
        solver.upperMap(upper).costMap(cost).supplyMap(supply);
        auto start = std::chrono::steady_clock::now();
        auto outcome = solver.run();
        auto took = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start).count();
        if (outcome != Solver::OPTIMAL) { std::fprintf(stderr, "%s: not optimal\n", name); std::exit(3); }
        Whole total = solver.template totalCost<Whole>();
        cleared = remaining ? owed - total : -total;
        if (best < 0 || took < best) best = took;
    }
    std::printf("%s\tlemon-%s-%s\t%lld\t%lld\n", file, name, remaining ? "remaining" : "circulation", best, cleared);
}

int main(int count, char **words) {
    if (count < 3) return 2;
    int rounds = std::atoi(words[1]);
    for (int at = 2; at < count; ++at) {
        Problem problem = read(words[at]);
        // The simplex on the circulation is left out: it takes twenty to forty times as long.
        race<lemon::NetworkSimplex<StaticDigraph, Whole, Whole>>("simplex", words[at], rounds, problem, true);
        for (bool remaining : {false, true})
            race<lemon::CostScaling<StaticDigraph, Whole, Whole>>("scaling", words[at], rounds, problem, remaining);
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    std::printf("-\tlemon-memory-kib\t%ld\t0\n", usage.ru_maxrss);
    return 0;
}
