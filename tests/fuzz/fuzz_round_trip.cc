// Any sets of records, built into a message of any size, read back as they were: names in the same
// case, records in the order asked for, all of a set or none, and no octet beyond the limit.
#include "tests/fuzz/fuzz.h"
#include "wire/message_builder.h"
#include "wire/rdata.h"

namespace {

using namespace godwit::wire;
using godwit::fuzz::Choices;
using godwit::fuzz::require;
using Octets = std::vector<std::uint8_t>;

struct Added {
  Section section;
  RRsetPtr set;
  MessageBuilder::RRsetOptions options;
};

void append(Octets& out, const Name& name) {
  out.insert(out.end(), name.wire().begin(), name.wire().end());
}

Octets rdata_of(Choices& choices, RrType type) {
  Octets out;
  const auto some = [&](std::size_t count) {
    const Bytes octets = choices.bytes(count);
    out.insert(out.end(), octets.begin(), octets.end());
    out.resize(out.size() + count - octets.size());
  };
  switch (type) {
    case RrType::a:
      some(4);
      break;
    case RrType::ns:
      append(out, choices.name());
      break;
    case RrType::mx:
      some(2);
      append(out, choices.name());
      break;
    case RrType::soa:
      append(out, choices.name());
      append(out, choices.name());
      some(20);
      break;
    default:
      out = godwit::fuzz::copy(choices.counted());
  }
  return out;
}

RRsetPtr set_of(Choices& choices) {
  static constexpr std::array types = {RrType::a, RrType::ns, RrType::mx, RrType::soa,
                                       RrType{65280}};
  const RrType type = types[choices.below(types.size())];
  RRsetBuilder builder(choices.name(), type);
  for (unsigned i = 1 + choices.u8() % 32u; i != 0; --i)
    builder.add(rdata_of(choices, type), choices.u32());
  for (unsigned i = choices.u8() % 3u; i != 0; --i) {
    Octets signature(18);
    append(signature, choices.name());
    signature.push_back(choices.u8());
    builder.add_signature(signature, choices.u32());
  }
  return builder.build();
}

void check_record(Bytes message, const RecordView* record, const Added& added, RrType type,
                  Bytes rdata) {
  require(record && record->owner.is_identical(added.set->owner()) && record->type == type);
  require(record->section == added.section && record->ttl == added.options.ttl);
  static Octets out(2 * message_octets_max);
  const auto size =
      unpack_rdata(message, record->rdata_offset, record->rdata.size(), record->type, out);
  require(size && std::ranges::equal(Bytes(out).first(*size), rdata));
}

void check_records(Bytes message, RecordReader& records, const Added& added) {
  std::vector<Bytes> wanted(added.set->records().begin(), added.set->records().end());
  const std::size_t first = added.options.rotate_by % wanted.size();
  std::rotate(wanted.begin(), wanted.begin() + static_cast<std::ptrdiff_t>(first), wanted.end());
  for (const Bytes rdata : wanted)
    check_record(message, records.next(), added, added.set->type(), rdata);
  if (!added.options.with_signatures) return;
  for (const Bytes rdata : added.set->signatures())
    check_record(message, records.next(), added, RrType::rrsig, rdata);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Choices choices({data, size});
  const std::size_t limit = choices.u16();
  Octets buffer(limit + 16, 0xee);
  static NameCompressor compressor;
  MessageBuilder builder(buffer, limit, compressor);
  builder.header({});
  const Name qname = choices.name();
  const bool asked = builder.question(qname, RrType::a, RrClass::in);
  const bool has_opt = limit >= header_octets && limit - builder.size() >= 11;
  builder.reserve_edns({});
  std::vector<Added> all;
  unsigned section = 0;
  while (!choices.at_end()) {
    section += section < 2 && choices.u8() > 250 ? 1 : 0;
    Added added{static_cast<Section>(section), set_of(choices), {}};
    added.options = {choices.u32() & ttl_seconds_max, choices.flag(), choices.u16()};
    if (builder.add_rrset(added.section, *added.set, added.options)) all.push_back(added);
  }
  const Bytes message = builder.finish();
  require(message.size() <= limit && message.empty() == (limit < header_octets));
  for (std::size_t i = limit; i < buffer.size(); ++i) require(buffer[i] == 0xee);
  if (message.empty()) return 0;
  const auto view = MessageView::parse(message);
  require(view.has_value() && view->question().has_value() == asked);
  require(!asked || view->question()->name.is_identical(qname));
  RecordReader records = view->records();
  for (const Added& added : all) check_records(message, records, added);
  if (has_opt) require(records.next()->type == RrType::opt);
  require(!records.next() && !records.error());
  return 0;
}
