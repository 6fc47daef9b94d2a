// Any octets as a message: header, question, records and OPT are read without a fault, every view
// lies within the message, every name is valid, and reading twice gives the same.
#include "tests/fuzz/fuzz.h"
#include "wire/edns.h"
#include "wire/rdata.h"

namespace {

using namespace godwit::wire;
using godwit::fuzz::require;

void check_name(const NameView& view, Bytes message) {
  const Name name = view.to_name();
  require(name.size() == view.size() && name.label_count() == view.label_count());
  require(Name::from_wire(name.wire()).has_value());
  require(view.end_offset() <= message.size() && view.pointer_count() <= compression_hops_max);
  require(view == name.to_lower() && view.is_identical(name));
}

void check_record(const RecordView& record, Bytes message) {
  check_name(record.owner, message);
  require(record.rdata.data() == message.data() + record.rdata_offset);
  require(record.rdata_offset + record.rdata.size() <= message.size());
  require(record.ttl <= ttl_seconds_max || record.type == RrType::opt);
  static std::vector<std::uint8_t> out(2 * message_octets_max);
  const auto size =
      unpack_rdata(message, record.rdata_offset, record.rdata.size(), record.type, out);
  require(!size || is_valid_rdata(record.type, Bytes(out).first(*size)));
}

void check_edns(const MessageView& message, bool records_are_good, unsigned opts) {
  const auto edns = find_edns(message);
  if (!edns) return;
  require(records_are_good && edns->has_value() == (opts == 1));
  if (!*edns) return;
  require((*edns)->udp_payload_octets >= 512 && (*edns)->error_count <= edns_errors_max);
  require(!(*edns)->cookie || !(*edns)->cookie_malformed);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes message(data, size);
  const auto view = MessageView::parse(message);
  if (!view) return 0;
  if (view->question()) check_name(view->question()->name, message);
  RecordReader records = view->records();
  RecordReader again = view->records();
  Section section = Section::answer;
  unsigned count = 0;
  unsigned opts = 0;
  while (const auto record = records.next()) {
    const auto same = again.next();
    require(same && same->rdata_offset == record->rdata_offset && same->type == record->type);
    require(record->section >= section);
    section = record->section;
    check_record(*record, message);
    opts += record->type == RrType::opt;
    ++count;
  }
  const Header& header = view->header();
  const unsigned announced = 0u + header.ancount + header.nscount + header.arcount;
  require(records.error() ? count <= announced : count == announced);
  require(!records.next() && !again.next() && records.error() == again.error());
  check_edns(*view, !records.error(), opts);
  return 0;
}
