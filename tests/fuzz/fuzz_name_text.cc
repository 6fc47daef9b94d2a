// Input: a name as text. Properties: what is read is written as printable ASCII without blanks, and
// that is read back as the same octets; a name relative to an origin ends in the origin.
#include "tests/fuzz/fuzz.h"
#include "wire/name_text.h"

using godwit::fuzz::require;
using godwit::wire::Name;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto name = godwit::wire::parse_name(text);
  if (name) {
    const std::string written = to_text(*name);
    for (const char c : written) require(c > ' ' && c <= '~');
    const auto again = godwit::wire::parse_name(written);
    require(again && again->is_identical(*name));
  }
  const Name origin = godwit::wire::parse_name("some.origin.example").value();
  const auto relative = godwit::wire::parse_name(text, origin);
  if (!relative) return 0;
  require(relative->size() <= godwit::wire::name_octets_max);
  if (text != "@") {
    require(name.has_value());
    require(relative->is_identical(*name) || relative->is_at_or_below(origin));
  }
  return 0;
}
