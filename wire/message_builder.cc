#include "wire/message_builder.h"

#include <algorithm>

#include "wire/rdata_names.h"

namespace godwit::wire {

namespace {

constexpr std::uint8_t truncated_bit = 0x02;
constexpr std::uint8_t rcode_bits = 0x0f;
constexpr std::size_t pointer_target_max = 0x3fff;

void write_header(ByteWriter& out, const Header& header) noexcept {
  const auto bit = [](bool set, unsigned place) { return static_cast<unsigned>(set) << place; };
  const auto opcode = static_cast<unsigned>(header.opcode) & 0x0fu;
  out.u16(header.id);
  out.u8(static_cast<std::uint8_t>(bit(header.qr, 7) | opcode << 3 | bit(header.aa, 2) |
                                   bit(header.tc, 1) | bit(header.rd, 0)));
  out.u8(static_cast<std::uint8_t>(bit(header.ra, 7) | bit(header.z, 6) | bit(header.ad, 5) |
                                   bit(header.cd, 4) | (header.rcode & rcode_bits)));
  out.zeros(8);
}

void write_question_tail(ByteWriter& out, RrType type, RrClass rr_class) noexcept {
  out.u16(static_cast<std::uint16_t>(type));
  out.u16(static_cast<std::uint16_t>(rr_class));
}

MutableBytes limited(MutableBytes buffer, std::size_t size_limit) noexcept {
  return buffer.first(std::min({buffer.size(), size_limit, message_octets_max}));
}

}  // namespace

// What the records of a set have in common.
struct MessageBuilder::Record {
  RrType type;
  RrClass rr_class;
  std::uint32_t ttl;
};

// The owner name of the records of a unit: written once, pointed at by the others, which costs the
// compressor no look-up.
class MessageBuilder::Owner {
 public:
  explicit Owner(Bytes name) noexcept : name_(name) {}

  void write(ByteWriter& out, NameCompressor& compressor) noexcept {
    if (pointer_ != 0) {
      out.u16(pointer_);
      return;
    }
    const std::size_t at = out.position();
    compressor.write(out, name_);
    if (!out.ok() || name_.size() == 1) return;
    const std::uint8_t* written = out.written().data() + at;
    if (*written > label_octets_max) {
      pointer_ = load_u16(written);
    } else if (at <= pointer_target_max) {
      pointer_ = static_cast<std::uint16_t>(0xc000u | at);
    }
  }

 private:
  Bytes name_;
  std::uint16_t pointer_ = 0;
};

MessageBuilder::MessageBuilder(MutableBytes buffer, std::size_t size_limit,
                               NameCompressor& compressor) noexcept
    : writer_(limited(buffer, size_limit)),
      buffer_(limited(buffer, size_limit)),
      compressor_(compressor) {
  compressor_.reset();
}

void MessageBuilder::header(const Header& header) noexcept {
  if (has_header_ || writer_.remaining() < header_octets) return;
  write_header(writer_, header);
  rcode_ = Rcode{static_cast<std::uint16_t>(header.rcode & rcode_bits)};
  has_header_ = true;
}

bool MessageBuilder::question(const Name& name, RrType type, RrClass rr_class) noexcept {
  const std::size_t start = writer_.position();
  if (!has_header_ || start != header_octets) return false;
  compressor_.write_whole(writer_, name.wire());
  write_question_tail(writer_, type, rr_class);
  if (!writer_.ok()) {
    writer_.rewind(start);
    compressor_.forget_from(start);
    return false;
  }
  question_count_ = 1;
  return true;
}

void MessageBuilder::reserve_edns(const EdnsToWrite& edns) noexcept {
  edns_ = edns;
  const std::size_t octets = edns_octets(edns);
  writer_.limit(buffer_.size() > octets ? buffer_.size() - octets : 0);
}

void MessageBuilder::write_rdata(RrType type, Bytes rdata) noexcept {
  const std::size_t length_at = writer_.position();
  writer_.u16(0);
  std::size_t at = 0;
  const RdataNames names = find_names(type, rdata);
  for (const RdataName& name : names.all()) {
    if (name.field != RdataField::name_compressible) continue;
    writer_.bytes(rdata.subspan(at, name.begin - at));
    compressor_.write(writer_, rdata.subspan(name.begin, name.end - name.begin));
    at = name.end;
  }
  writer_.bytes(rdata.subspan(at));
  writer_.patch_u16(length_at, static_cast<std::uint16_t>(writer_.position() - length_at - 2));
}

void MessageBuilder::write_record(const Record& record, Owner& owner, Bytes rdata) noexcept {
  owner.write(writer_, compressor_);
  writer_.u16(static_cast<std::uint16_t>(record.type));
  writer_.u16(static_cast<std::uint16_t>(record.rr_class));
  writer_.u32(record.ttl);
  write_rdata(record.type, rdata);
}

bool MessageBuilder::begin_unit(Section section) noexcept {
  if (!has_header_ || section < section_) return false;
  section_ = section;
  return true;
}

bool MessageBuilder::end_unit(std::size_t start, std::size_t records) noexcept {
  if (!writer_.ok()) {
    writer_.rewind(start);
    compressor_.forget_from(start);
    return false;
  }
  auto& count = record_counts_[static_cast<std::size_t>(section_)];
  count = static_cast<std::uint16_t>(count + records);
  return true;
}

bool MessageBuilder::add_rrset(Section section, const RRset& set,
                               const RRsetOptions& options) noexcept {
  if (!begin_unit(section)) return false;
  const std::size_t start = writer_.position();
  const RdataList records = set.records();
  const RdataList signatures = set.signatures();
  Owner owner(options.owner ? options.owner->wire() : set.owner_wire());
  std::size_t written = records.size();
  if (!records.empty()) {
    const Record record{set.type(), set.rr_class(), options.ttl};
    const std::size_t first = options.rotate_by % records.size();
    const auto middle = std::next(records.begin(), static_cast<std::ptrdiff_t>(first));
    for (auto it = middle; it != records.end() && writer_.ok(); ++it)
      write_record(record, owner, *it);
    for (auto it = records.begin(); it != middle && writer_.ok(); ++it)
      write_record(record, owner, *it);
  }
  if (options.with_signatures) {
    const Record record{RrType::rrsig, set.rr_class(), options.ttl};
    for (auto it = signatures.begin(); it != signatures.end() && writer_.ok(); ++it)
      write_record(record, owner, *it);
    written += signatures.size();
  }
  return end_unit(start, written);
}

bool MessageBuilder::add_record(Section section, const Name& owner, RrType type, std::uint32_t ttl,
                                Bytes rdata) noexcept {
  if (!begin_unit(section)) return false;
  const std::size_t start = writer_.position();
  Owner writer(owner.wire());
  write_record({type, RrClass::in, ttl}, writer, rdata);
  return end_unit(start, 1);
}

void MessageBuilder::set_truncated() noexcept {
  if (has_header_) buffer_[2] = static_cast<std::uint8_t>(buffer_[2] | truncated_bit);
}

void MessageBuilder::set_rcode(Rcode rcode) noexcept {
  rcode_ = rcode;
}

Bytes MessageBuilder::finish() noexcept {
  if (!has_header_) return {};
  ByteWriter whole(buffer_, writer_.position());
  bool has_edns = false;
  if (edns_ && write_edns(whole, *edns_, rcode_)) {
    has_edns = true;
    ++record_counts_[static_cast<std::size_t>(Section::additional)];
  }
  edns_.reset();
  writer_ = whole;
  // Half an extended rcode would say something else.
  auto rcode = static_cast<std::uint16_t>(rcode_);
  if (rcode > rcode_bits && !has_edns) rcode = static_cast<std::uint16_t>(Rcode::servfail);
  buffer_[3] = static_cast<std::uint8_t>((buffer_[3] & ~rcode_bits) | (rcode & rcode_bits));
  writer_.patch_u16(4, question_count_);
  for (std::size_t i = 0; i < record_counts_.size(); ++i)
    writer_.patch_u16(6 + 2 * i, record_counts_[i]);
  return writer_.written();
}

Bytes write_query(MutableBytes buffer, const Header& header, const Name& name, RrType type,
                  const EdnsToWrite* edns) noexcept {
  ByteWriter out(limited(buffer, message_octets_max));
  write_header(out, header);
  out.bytes(name.wire());
  write_question_tail(out, type, RrClass::in);
  if (!out.ok()) return {};
  out.patch_u16(4, 1);
  if (edns != nullptr && write_edns(out, *edns, Rcode{})) out.patch_u16(10, 1);
  return out.written();
}

}  // namespace godwit::wire
