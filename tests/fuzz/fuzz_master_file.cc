// Input: a master file. Properties: no octet is read beyond it; every record is valid and, written
// as one line, is read back as the same record; the line of an error is one of the file.
#include <algorithm>

#include "tests/fuzz/fuzz.h"
#include "wire/name_text.h"
#include "wire/rdata.h"
#include "wire/rdata_text.h"

namespace {

using godwit::fuzz::require;
using namespace godwit::wire;

std::string line_of(const RecordText& record) {
  std::string line = to_text(record.owner) + ' ';
  if (record.ttl) line += std::to_string(*record.ttl) + ' ';
  return line + to_text(record.rr_class) + ' ' + to_text(record.type) + ' ' +
         rdata_to_text(record.type, record.rdata);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto records = parse_master_file(text, Name());
  if (!records) {
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
    require(records.error().line >= 1 && records.error().line <= lines);
    return 0;
  }
  for (const RecordText& record : *records) {
    require(is_valid_rdata(record.type, record.rdata));
    const auto again = parse_record(line_of(record), Name(), Name());
    require(again.has_value());
    require(again->owner.is_identical(record.owner) && again->type == record.type &&
            again->rr_class == record.rr_class && again->ttl == record.ttl &&
            again->rdata == record.rdata);
  }
  return 0;
}
