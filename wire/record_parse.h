// A record from the tokens of an entry, for parse_record() and parse_master_file() of rdata_text.h.
#pragma once

#include "wire/rdata_text.h"
#include "wire/text_lexer.h"

namespace godwit::wire {

// Reads one entry as a record, an owner left out being `previous_owner`. Class IN when none is
// given. Errors: bad_text, bad_rdata and those of names.
struct ParsedRecord {
  RecordText record;
  bool has_class = false;
};
[[nodiscard]] Result<ParsedRecord> parse_record_entry(const TextEntry& entry, const Name& origin,
                                                      const Name& previous_owner);

}  // namespace godwit::wire
