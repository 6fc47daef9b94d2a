// Any octets as a name in a message and as a name alone: what is accepted is valid, and the
// operations on names agree with each other.
#include "tests/fuzz/fuzz.h"
#include "wire/name_view.h"

namespace {

using namespace godwit::wire;
using godwit::fuzz::require;

void check_one(const Name& name) {
  require(name.size() <= name_octets_max && name.label_count() <= labels_max);
  require(name.to_lower() == name && (name <=> name.to_lower()) == 0);
  require(Name::from_valid_wire(name.wire()).is_identical(name));
  for (unsigned labels = 0; labels <= name.label_count(); ++labels) {
    const Name suffix = name.suffix(labels);
    require(suffix.label_count() == labels && name.is_at_or_below(suffix));
    require(name.common_labels(suffix) == labels);
    require(Name::from_wire(suffix.wire()).has_value());
    require(name.is_below(suffix) == (labels < name.label_count()));
  }
  if (name.is_root()) return;
  require(name.parent().with_label(name.label(0)).value().is_identical(name));
}

void check_two(const Name& a, const Name& b) {
  require((a == b) == ((a <=> b) == 0));
  require(((a <=> b) < 0) == ((b <=> a) > 0));
  const unsigned common = a.common_labels(b);
  require(common == b.common_labels(a));
  require(a.suffix(common) == b.suffix(common));
  require(a.is_at_or_below(b) == (common == b.label_count()));
  if (common < a.label_count() && common < b.label_count())
    require(a.suffix(common + 1) != b.suffix(common + 1));
  const auto moved = a.with_suffix_replaced(a.suffix(common), b);
  require(moved.has_value() == (common < a.label_count() &&
                                a.size() - a.suffix(common).size() + b.size() <= name_octets_max));
  require(!moved || moved->is_below(b));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes octets(data, size);
  if (const auto name = Name::from_wire(octets)) check_one(*name);
  if (size < 4) return 0;
  const auto first = NameView::parse(octets, load_u16(data) % (size + 1));
  const auto second = NameView::parse(octets, load_u16(data + 2) % (size + 1));
  if (!first || !second) return 0;
  const Name a = first->to_name();
  const Name b = second->to_name();
  require(*first == a && (*first == b) == (a == b));
  require(first->is_identical(b) == a.is_identical(b));
  check_one(a);
  check_two(a, b);
  return 0;
}
