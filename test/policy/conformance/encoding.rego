# Base64, by RFC 4648.
package panfed.conformance.encoding

given := input.given.encoding

encodes := [base64.encode(""), base64.encode("f"), base64.encode("fo"), base64.encode("foo"), base64.encode("foobar")]

encodes_for_urls := [base64url.encode(""), base64url.encode("f"), base64url.encode("fo"), base64url.encode("foo")]

encodes_by_either_alphabet := [base64.encode("~~~???"), base64url.encode("~~~???")]

encodes_long_ones := count(base64.encode(concat("", ["0123456789" | some _ in numbers.range(1, 1000)])))

encodes_control_characters := [base64.encode("\u0000\u0001\n"), base64url.encode("\u0000\u0001\n")]
