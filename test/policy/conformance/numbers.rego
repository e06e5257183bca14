# Numbers of all sizes: exact where they are integers, and how they are written.
package panfed.conformance.numbers

given := input.given.numbers

adds := [1 + 2, 0.5 + 0.25, -3 + 3, 1e3 + 1, given.maximum_safe + 1]

adds_tenths := (0.1 + 0.2) == 0.3

adds_many_tenths := sum([0.1 | some _ in numbers.range(1, 10)]) == 1

subtracts := [5 - 7, 1.5 - 0.25, 0 - 0, given.minimum_safe - 1]

subtracts_to_zero := (0.3 - 0.1) - 0.2

multiplies := [6 * 7, -2 * 3, 0.5 * 0.5, 0 * -5, 1e10 * 1e10]

divides := [6 / 3, 1 / 4, -7 / 2, 0 / 5]

divides_evenly_after_all := ((1 / 3) * 3) == 1

divides_by_zero := 1 / 0

remainders := [7 % 3, -7 % 3, 7 % -3, -7 % -3, 6 % 3, 0 % 7]

remainder_by_zero := 1 % 0

remainder_of_a_fraction := 7.5 % 2

remainder_of_large_ones := [given.maximum_safe % 10, 1000000000000007 % 1000]

plus_by_its_name := 20 + 22

minus_by_its_name := 20 - 22

mul_by_its_name := 20 * 22

div_by_its_name := 22 / 20

rem_by_its_name := 22 % 20

floors := [floor(1.8), floor(-1.2), floor(3), floor(0), floor(0.5), floor(1e15)]

floor_of_a_large_fraction := floor(given.large_fraction)

ranges := [numbers.range(1, 5), numbers.range(5, 1), numbers.range(-2, 2), numbers.range(3, 3)]

range_to_a_fraction := numbers.range(1, 2.5)

range_of_what_is_no_number := numbers.range(given.nothing, 3)

range_of_large_numbers := numbers.range(2147483646, 2147483649)

range_by_a_whole_float := numbers.range(1.0, 3.0)

sums := [sum([]), sum([1, 2, 3]), sum({1, 2, 3}), sum([0.5, 0.5]), sum([-1, 1])]

sum_of_what_is_no_number := sum([1, given.text])

products := [product([]), product([2, 3, 7]), product({2, 3}), product([0.5, 4]), product([5, 0])]

maxima := [max([3, 9, 2]), max({3, 9, 2}), max([-1, -2]), max([0.1, 0.11])]

maximum_of_nothing := max([])

maximum_of_mixed_types := max([1, "a", null, [0], {"k": 1}, true])

minima := [min([3, 9, 2]), min({3, 9, 2}), min([-1, -2]), min([0.1, 0.11])]

minimum_of_nothing := min({given.nothing.at_all | false})

minimum_of_mixed_types := min([1, "a", null, [0], {"k": 1}, true])

integers_and_floats_are_equal := [1 == 1.0, 100 == 1e2, 0 == -0, given.one_float == 1]

integers_and_floats_are_one_member := count({1, given.one_float})

integers_and_floats_are_one_key := {1: "a"}[1.0]

beyond_a_double_differ := 9007199254740993 == 9007199254740992

beyond_a_double_are_ordered := 9007199254740993 > 9007199254740992

beyond_a_double_are_given := given.beyond_a_double == 9007199254740992

beyond_64_bits_differ := 18446744073709551616 == 18446744073709551617

compares_sizes := [1 < 2, 2 <= 2, -1 > -2, 1e308 > 1e307, 5e-324 > 0, 0.1 < 0.11]

compares_what_is_given := [
	given.maximum_safe > given.minimum_safe,
	given.tiny > 0,
	given.huge > given.maximum_safe,
	given.huge == 1e308,
	given.tiny == 5e-324,
]

sorts_by_size := sort([10, 9, 1.5, -1, 0, 1e3, 100, given.tiny, given.huge])

returns_what_is_given := [given.maximum_safe, given.minimum_safe, given.tiny, given.huge, given.fraction]

multiplies_beyond_a_double := [(4294967296 * 4294967296) == 18446744073709551616, (4294967296 * 4294967296) == 18446744073709551617]

multiplies_beyond_64_bits := (99999999999 * 99999999999) == 9999999999800000000001

adds_beyond_64_bits := (18446744073709551615 + 18446744073709551617) == 36893488147419103232

product_beyond_a_double := product([3000000019, 3000000019, 3000000019]) == 27000000513000003249000006859

remainder_beyond_64_bits := 18446744073709551617 % 10

floors_beyond_64_bits := floor(18446744073709551616.5) == 18446744073709551616

counts_on := [(x + 1) | some x in [2147483647, 4294967295, 9007199254740991]]

divides_into_whole_ones := [(4 / 2) == 2, ["a", "b", "c"][4 / 2]]

given_ones_are_exact := [given.beyond_a_double == 9007199254740993, given.beyond_64_bits == 123456789012345678901234567890]
