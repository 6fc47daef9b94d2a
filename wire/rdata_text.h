// Records, types, classes and rcodes in presentation format, both ways: RFC 1035 §5.1, each type's
// own RFC, and RFC 3597
// ("TYPE65280", "\# 4 0A000001") for the rest. For logs, tools, zone-file-like inputs and tests;
// allocates.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/name.h"
#include "wire/rrset.h"

namespace godwit::wire {

[[nodiscard]] std::string to_text(RrType type);    // "AAAA", "TYPE65280"
[[nodiscard]] std::string to_text(RrClass value);  // "IN", "CLASS32"
[[nodiscard]] std::string to_text(Rcode rcode);    // "NXDOMAIN", "RCODE3841"
[[nodiscard]] std::string to_text(Opcode opcode);
[[nodiscard]] std::optional<RrType> parse_type(std::string_view text) noexcept;
[[nodiscard]] std::optional<RrClass> parse_class(std::string_view text) noexcept;
[[nodiscard]] std::optional<Rcode> parse_rcode(std::string_view text) noexcept;

// Valid, uncompressed RDATA as text; RDATA that does not fit its type is shown in the form of RFC
// 3597 §5.
[[nodiscard]] std::string rdata_to_text(RrType type, Bytes rdata);
// Reads RDATA text, names relative to `origin`. Errors: bad_text, bad_rdata and those of names.
[[nodiscard]] Result<std::vector<std::uint8_t>> parse_rdata(RrType type, std::string_view text,
                                                            const Name& origin);

struct RecordText {
  Name owner;
  RrType type = RrType::none;
  RrClass rr_class = RrClass::in;
  std::optional<std::uint32_t> ttl;  // seconds, when the line has one
  std::vector<std::uint8_t> rdata;
};
// One record: "owner [ttl] [class] type rdata", ttl and class in either order, ';' comments.
// Relative names below `origin`; an owner left out (the line begins with a blank) is
// `previous_owner`. Parentheses are taken as blanks.
[[nodiscard]] Result<RecordText> parse_record(std::string_view line, const Name& origin,
                                              const Name& previous_owner);

// "owner ttl class type rdata", one line a record, no final newline.
[[nodiscard]] std::string to_text(const RRset& set);

// A master file (RFC 1035 §5): $ORIGIN, $TTL, parentheses over lines; $INCLUDE is refused. `line`
// of the error is 1-based.
struct MasterFileError {
  WireError error;
  std::size_t line;
};
[[nodiscard]] boost::system::result<std::vector<RecordText>, MasterFileError> parse_master_file(
    std::string_view text, const Name& origin);

}  // namespace godwit::wire
