# Integers as bits.
package panfed.conformance.bits_of_integers

ands := [bits.and(12, 10), bits.and(0, 7), bits.and(-1, 255), bits.and(2147483647, 65535)]

ors := [bits.or(12, 10), bits.or(0, 7), bits.or(-8, 3)]

exclusive_ors := [bits.xor(12, 10), bits.xor(7, 7), bits.xor(-1, 1)]

negations := [bits.negate(0), bits.negate(5), bits.negate(-1)]

shifts_to_the_left := [bits.lsh(1, 4), bits.lsh(5, 0), bits.lsh(-1, 3), bits.lsh(1, 30)]

shifts_beyond_32_bits := bits.lsh(1, 40)

shifts_beyond_64_bits := bits.lsh(1, 70) == 1180591620717411303424

shifts_to_the_right := [bits.rsh(256, 4), bits.rsh(5, 0), bits.rsh(-8, 1), bits.rsh(1, 10)]

shifts_by_less_than_nothing := bits.lsh(1, input.given.numbers.minus_one)

shifts_back_by_less_than_nothing := bits.rsh(1, input.given.numbers.minus_one)

of_a_fraction := bits.and(1.5, 1)

of_a_whole_float := bits.or(2.0, 1)

ands_beyond_32_bits := bits.and(1099511627775, 1099511627776)

ors_beyond_32_bits := bits.or(1099511627776, 1)

exclusive_ors_beyond_32_bits := bits.xor(1099511627776, 1)

negations_beyond_32_bits := bits.negate(1099511627776)

shifts_to_the_right_beyond_32_bits := bits.rsh(1099511627776, 8)

beyond_64_bits := bits.or(18446744073709551616, 1) == 18446744073709551617
