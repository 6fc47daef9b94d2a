#include "tests/sim/message.h"

#include <cstdio>
#include <cstdlib>
#include <unordered_map>

#include "wire/ip_address.h"
#include "wire/name_text.h"
#include "wire/rdata.h"
#include "wire/rdata_text.h"

namespace godwit::sim {
namespace {

class Encoder {
 public:
  void u8(std::uint8_t v) { out_.push_back(v); }
  void u16(std::uint16_t v) {
    u8(static_cast<std::uint8_t>(v >> 8));
    u8(static_cast<std::uint8_t>(v));
  }
  void u32(std::uint32_t v) {
    u16(static_cast<std::uint16_t>(v >> 16));
    u16(static_cast<std::uint16_t>(v));
  }
  void bytes(wire::Bytes data) { out_.insert(out_.end(), data.begin(), data.end()); }

  void name(const wire::Name& name) {
    for (unsigned labels = name.label_count(); labels != 0; --labels) {
      const wire::Bytes rest = name.suffix_wire(labels);
      const std::string key(rest.begin(), rest.end());
      const auto found = places_.find(key);
      if (found != places_.end()) return u16(static_cast<std::uint16_t>(0xc000 | found->second));
      if (out_.size() < 0x4000) places_.emplace(key, static_cast<std::uint16_t>(out_.size()));
      bytes(rest.first(std::size_t{rest[0]} + 1));
    }
    u8(0);
  }

  void record(const Record& record) {
    name(record.owner);
    u16(static_cast<std::uint16_t>(record.type));
    u16(static_cast<std::uint16_t>(record.rr_class));
    u32(record.ttl);
    const std::size_t length_at = out_.size();
    u16(0);
    rdata(record);
    wire::store_u16(out_.data() + length_at,
                    static_cast<std::uint16_t>(out_.size() - length_at - 2));
  }

  Octets& out() { return out_; }

 private:
  void rdata(const Record& record) {
    using wire::RrType;
    const bool is_a_name =
        record.type == RrType::ns || record.type == RrType::cname || record.type == RrType::ptr;
    if (is_a_name) {
      const auto whole = wire::Name::from_wire(record.rdata);
      if (whole) return name(*whole);
    }
    bytes(record.rdata);
  }

  Octets out_;
  std::unordered_map<std::string, std::uint16_t> places_;
};

std::uint16_t flags_of(const Message& message) {
  const wire::Header& h = message.header;
  const unsigned bits = unsigned{h.qr} << 15 | static_cast<unsigned>(h.opcode) << 11 |
                        unsigned{h.aa} << 10 | unsigned{h.tc} << 9 | unsigned{h.rd} << 8 |
                        unsigned{h.ra} << 7 | unsigned{h.z} << 6 | unsigned{h.ad} << 5 |
                        unsigned{h.cd} << 4 | (message.rcode & 0xfu);
  return static_cast<std::uint16_t>(bits);
}

void encode_opt(Encoder& encoder, const Message& message) {
  encoder.u8(0);
  encoder.u16(static_cast<std::uint16_t>(wire::RrType::opt));
  encoder.u16(message.udp_octets);
  encoder.u8(static_cast<std::uint8_t>(message.rcode >> 4));
  encoder.u8(0);
  encoder.u16(message.dnssec_ok ? 0x8000 : 0);
  encoder.u16(static_cast<std::uint16_t>(message.edns_options.size()));
  encoder.bytes(message.edns_options);
}

[[noreturn]] void give_up(std::string_view what, std::string_view text) {
  std::fprintf(stderr, "%.*s: %.*s\n", static_cast<int>(what.size()), what.data(),
               static_cast<int>(text.size()), text.data());
  std::abort();
}

void decode_opt(Message& message, const wire::RecordView& opt) {
  message.edns = true;
  message.udp_octets = static_cast<std::uint16_t>(opt.rr_class);
  const auto edns = wire::parse_edns(opt);
  if (edns) {
    message.dnssec_ok = edns->dnssec_ok;
    message.rcode = static_cast<std::uint16_t>(message.rcode | edns->extended_rcode << 4);
  }
  message.edns_options.assign(opt.rdata.begin(), opt.rdata.end());
}

bool decode_record(Message& message, wire::Bytes octets, const wire::RecordView& view) {
  if (view.type == wire::RrType::opt) {
    decode_opt(message, view);
    return true;
  }
  Record record{view.owner.to_name(), view.type, view.rr_class, view.ttl, Octets(65535)};
  const auto size =
      wire::unpack_rdata(octets, view.rdata_offset, view.rdata.size(), view.type, record.rdata);
  if (!size) return false;
  record.rdata.resize(*size);
  record.rdata.shrink_to_fit();
  message.section(view.section).push_back(std::move(record));
  return true;
}

}  // namespace

bool Record::is_same_data(const Record& other) const {
  if (type != other.type || rr_class != other.rr_class || !(owner == other.owner)) return false;
  if (rdata == other.rdata) return true;
  const bool has_names = wire::target_name(type, rdata).has_value() || type == wire::RrType::soa;
  return has_names && wire::equal_ignoring_case(rdata, other.rdata);
}

std::string Record::to_text() const {
  return wire::to_text(owner) + " " + std::to_string(ttl) + " " + wire::to_text(rr_class) + " " +
         wire::to_text(type) + " " + wire::rdata_to_text(type, rdata);
}

std::vector<Record>& Message::section(wire::Section which) {
  if (which == wire::Section::answer) return answer;
  return which == wire::Section::authority ? authority : additional;
}

const std::vector<Record>& Message::section(wire::Section which) const {
  return const_cast<Message*>(this)->section(which);
}

std::string Message::to_text() const {
  std::string text = wire::to_text(static_cast<wire::Rcode>(rcode));
  for (const auto& [set, label] : {std::pair{header.qr, " QR"},
                                   {header.aa, " AA"},
                                   {header.tc, " TC"},
                                   {header.rd, " RD"},
                                   {header.ra, " RA"},
                                   {header.ad, " AD"},
                                   {header.cd, " CD"},
                                   {dnssec_ok, " DO"}})
    if (set) text += label;
  if (question)
    text += "\n? " + wire::to_text(question->name) + " " + wire::to_text(question->type);
  for (const Record& r : answer) text += "\nanswer " + r.to_text();
  for (const Record& r : authority) text += "\nauthority " + r.to_text();
  for (const Record& r : additional) text += "\nadditional " + r.to_text();
  return text;
}

std::optional<Message> decode(wire::Bytes octets) {
  const auto view = wire::MessageView::parse(octets);
  if (!view) return std::nullopt;
  Message message;
  message.header = view->header();
  message.rcode = view->header().rcode;
  if (view->question())
    message.question = MessageQuestion{view->question()->name.to_name(), view->question()->type,
                                       view->question()->rr_class};
  wire::RecordReader records = view->records();
  while (const auto record = records.next())
    if (!decode_record(message, octets, *record)) return std::nullopt;
  if (records.error()) return std::nullopt;
  return message;
}

Octets encode(const Message& message, std::size_t octets_max) {
  Encoder encoder;
  const auto count = [](std::size_t n) { return static_cast<std::uint16_t>(n); };
  encoder.u16(message.header.id);
  encoder.u16(flags_of(message));
  encoder.u16(message.question ? 1 : 0);
  encoder.u16(count(message.answer.size()));
  encoder.u16(count(message.authority.size()));
  encoder.u16(count(message.additional.size() + (message.edns ? 1 : 0)));
  if (message.question) {
    encoder.name(message.question->name);
    encoder.u16(static_cast<std::uint16_t>(message.question->type));
    encoder.u16(static_cast<std::uint16_t>(message.question->rr_class));
  }
  for (const auto* section : {&message.answer, &message.authority, &message.additional})
    for (const Record& record : *section) encoder.record(record);
  if (message.edns) encode_opt(encoder, message);
  if (encoder.out().size() <= octets_max) return std::move(encoder.out());
  Message truncated = message;
  truncated.answer.clear();
  truncated.authority.clear();
  truncated.additional.clear();
  truncated.header.tc = true;
  return encode(truncated);
}

Message reply_to(const Message& query) {
  Message reply;
  reply.header.id = query.header.id;
  reply.header.opcode = query.header.opcode;
  reply.header.rd = query.header.rd;
  reply.header.qr = true;
  reply.question = query.question;
  return reply;
}

Record record(std::string_view text, const wire::Name& origin, std::uint32_t default_ttl) {
  const auto parsed = wire::parse_record(text, origin, origin);
  if (!parsed) give_up("not a record", text);
  return {parsed->owner, parsed->type, parsed->rr_class, parsed->ttl.value_or(default_ttl),
          parsed->rdata};
}

wire::Name name(std::string_view text) {
  const auto parsed = wire::parse_name(text);
  if (!parsed) give_up("not a name", text);
  return *parsed;
}

wire::IpAddress address(std::string_view text) {
  const auto parsed = wire::IpAddress::parse(text);
  if (!parsed) give_up("not an address", text);
  return *parsed;
}

}  // namespace godwit::sim
