// Mnemonics of types, classes, rcodes and opcodes, both ways; numbers without a name are written as
// "TYPE65280", "CLASS32" (RFC 3597 §5), "RCODE3841", "OPCODE15". Letter case does not count on
// input.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "wire/codes.h"

namespace godwit::wire {

[[nodiscard]] std::string to_text(RrType type);    // "AAAA", "TYPE65280"
[[nodiscard]] std::string to_text(RrClass value);  // "IN", "CLASS32"
[[nodiscard]] std::string to_text(Rcode rcode);    // "NXDOMAIN", "RCODE3841"
[[nodiscard]] std::string to_text(Opcode opcode);
[[nodiscard]] std::optional<RrType> parse_type(std::string_view text) noexcept;
[[nodiscard]] std::optional<RrClass> parse_class(std::string_view text) noexcept;
[[nodiscard]] std::optional<Rcode> parse_rcode(std::string_view text) noexcept;

// DNSSEC algorithm numbers and CERT types as RFC 4034 appendix A.1 and RFC 4398 §2.1 let them be
// written: a mnemonic or a decimal number. Output is always the number.
[[nodiscard]] std::optional<std::uint8_t> parse_algorithm(std::string_view text) noexcept;
[[nodiscard]] std::optional<std::uint16_t> parse_certificate_type(std::string_view text) noexcept;

}  // namespace godwit::wire
