// Input: [type u16][begin u8][message ...], the RDATA reaching from `begin` to the end. Properties:
// nothing is read beyond the message or written beyond the buffer; what is unpacked is valid; valid
// RDATA is written as printable ASCII and read back as the same octets, by its own text and by the
// generic form alike; RDATA that is not valid is not read back.
#include <algorithm>
#include <vector>

#include "tests/fuzz/fuzz.h"
#include "wire/rdata.h"
#include "wire/rdata_text.h"

namespace {

using godwit::fuzz::require;
using namespace godwit::wire;

void check_text(RrType type, Bytes rdata) {
  const std::string text = rdata_to_text(type, rdata);
  for (const char c : text) require(c >= ' ' && c <= '~');
  const auto again = parse_rdata(type, text, Name());
  require(again.has_value() == is_valid_rdata(type, rdata));
  require(!again || std::equal(again->begin(), again->end(), rdata.begin(), rdata.end()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3 || size > message_octets_max) return 0;
  const RrType type{load_u16(data)};
  const Bytes message(data + 3, size - 3);
  const std::size_t begin = std::min<std::size_t>(data[2], message.size());
  const Bytes raw = message.subspan(begin);
  check_text(type, raw);
  (void)target_name(type, raw);
  (void)read_soa(raw);

  std::vector<std::uint8_t> out(raw.size() + 4 * name_octets_max);
  const auto unpacked = unpack_rdata(message, begin, raw.size(), type, out);
  require(!is_valid_rdata(type, raw) || unpacked.has_value());
  if (!unpacked) return 0;
  const Bytes rdata(out.data(), *unpacked);
  require(is_valid_rdata(type, rdata));
  check_text(type, rdata);
  // A buffer that is one octet too small.
  if (rdata.empty()) return 0;
  std::vector<std::uint8_t> small(rdata.size() - 1);
  require(unpack_rdata(message, begin, raw.size(), type, small).error() == WireError::no_space);
  return 0;
}
