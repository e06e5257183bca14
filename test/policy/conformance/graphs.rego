# Graphs as objects of neighbours.
package panfed.conformance.graphs

network := {"a": ["b", "c"], "b": ["d"], "c": [], "d": ["a"], "e": ["f"], "f": {"e"}}

reaches := graph.reachable(network, ["a"])

reaches_from_a_set := graph.reachable(network, {"c", "e"})

reaches_from_nowhere := graph.reachable(network, [])

reaches_from_what_is_not_there := graph.reachable(network, ["x"])

reaches_what_has_no_neighbours := graph.reachable({"a": ["x"]}, ["a"])

reaches_through_null := graph.reachable(input.given.graphs.null_neighbours, ["b"])

reaches_numbers := graph.reachable({1: [2], 2: [3], 3: []}, [1])

reaches_itself := graph.reachable({"a": ["a"]}, ["a"])

reaches_along_a_chain := count(graph.reachable({n: [n + 1] | some n in numbers.range(1, 300)}, [1]))
