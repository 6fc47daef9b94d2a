// RDATA, records and master files in presentation format, both ways: RFC 1035 §5.1, each type's own
// RFC, and RFC 3597 ("TYPE65280", "\# 4 0A000001") for the rest. For logs, tools, zone-file-like
// inputs and tests; allocates. Mnemonics are in codes_text.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/codes_text.h"
#include "wire/name.h"
#include "wire/rrset.h"

namespace godwit::wire {

// Valid, uncompressed RDATA as text; RDATA that does not fit its type is shown in the form of RFC
// 3597 §5.
[[nodiscard]] std::string rdata_to_text(RrType type, Bytes rdata);
// Reads RDATA text, names relative to `origin`. The form of RFC 3597 §5 is read for every type; its
// names are uncompressed. What comes out is valid. Errors: bad_text, bad_rdata and those of names.
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
// `previous_owner`. Parentheses, in pairs, are taken as blanks and may span lines. Errors: bad_text
// (also for a second record), bad_rdata and those of names.
[[nodiscard]] Result<RecordText> parse_record(std::string_view line, const Name& origin,
                                              const Name& previous_owner);

// "owner ttl class type rdata", one line a record, no final newline; signatures follow as RRSIG
// records.
[[nodiscard]] std::string to_text(const RRset& set);

// Where reading stopped: `line` is 1-based, the one on which the faulty entry begins.
struct MasterFileError {
  WireError error;
  std::size_t line;
};
// A master file (RFC 1035 §5): $ORIGIN, $TTL, parentheses over lines; other directives, $INCLUDE
// above all, are refused. A record without a TTL has that of $TTL, else that of the record before
// (RFC 2308 §4), one without a class the class before, at first IN.
[[nodiscard]] boost::system::result<std::vector<RecordText>, MasterFileError> parse_master_file(
    std::string_view text, const Name& origin);

}  // namespace godwit::wire
