#include "wire/message_view.h"

namespace godwit::wire {

namespace {

constexpr std::size_t question_fixed_octets = 4;  // type, class
constexpr std::size_t record_fixed_octets = 10;   // type, class, TTL, RDLENGTH

}  // namespace

Result<Header> Header::parse(Bytes message) noexcept {
  if (message.size() < header_octets) return WireError::short_input;
  const std::uint8_t* p = message.data();
  Header header;
  header.id = load_u16(p);
  header.qr = (p[2] & 0x80) != 0;
  header.opcode = static_cast<Opcode>(p[2] >> 3 & 0x0f);
  header.aa = (p[2] & 0x04) != 0;
  header.tc = (p[2] & 0x02) != 0;
  header.rd = (p[2] & 0x01) != 0;
  header.ra = (p[3] & 0x80) != 0;
  header.z = (p[3] & 0x40) != 0;
  header.ad = (p[3] & 0x20) != 0;
  header.cd = (p[3] & 0x10) != 0;
  header.rcode = p[3] & 0x0f;
  header.qdcount = load_u16(p + 4);
  header.ancount = load_u16(p + 6);
  header.nscount = load_u16(p + 8);
  header.arcount = load_u16(p + 10);
  return header;
}

Result<MessageView> MessageView::parse(Bytes message) noexcept {
  if (message.size() > message_octets_max) return WireError::trailing_data;
  const auto header = Header::parse(message);
  if (!header) return header.error();
  if (header->qdcount > 1) return WireError::bad_count;
  MessageView view(message, *header);
  if (header->qdcount == 0) return view;
  const auto name = NameView::parse(message, header_octets);
  if (!name) return name.error();
  const std::size_t at = name->end_offset();
  if (message.size() - at < question_fixed_octets) return WireError::short_input;
  const std::uint8_t* p = message.data() + at;
  view.question_ = QuestionView{*name, RrType{load_u16(p)}, RrClass{load_u16(p + 2)}};
  view.records_offset_ = at + question_fixed_octets;
  return view;
}

std::optional<RecordView> RecordReader::fail(WireError error) noexcept {
  error_ = error;
  done_ = true;
  return {};
}

Result<NameView> RecordReader::read_owner() noexcept {
  const std::uint8_t* p = message_.data() + offset_;
  const bool is_pointer = message_.size() - offset_ >= 2 && p[0] >= 0xc0;
  // The records of a set mostly share one pointer, which is followed once. It stays backward: what
  // it was reached from has only moved on.
  if (is_pointer && last_ && load_u16(p) == last_pointer_) {
    last_->offset_ = static_cast<std::uint16_t>(offset_);
    last_->end_offset_ = static_cast<std::uint16_t>(offset_ + 2);
    return *last_;
  }
  const auto owner = NameView::parse(message_, offset_);
  if (!owner || !owner->is_compressed()) return owner;
  owner_steps_ += owner->label_count() + owner->pointer_count();
  if (owner_steps_ > owner_steps_max(message_.size())) return WireError::too_many_pointers;
  if (is_pointer) {
    last_ = *owner;
    last_pointer_ = load_u16(p);
  }
  return owner;
}

std::optional<RecordView> RecordReader::next() noexcept {
  if (done_) return {};
  while (section_ < 3 && left_[section_] == 0) ++section_;
  if (section_ == 3) {
    done_ = true;
    if (offset_ != message_.size()) return fail(WireError::trailing_data);
    return {};
  }
  if (offset_ == message_.size()) return fail(WireError::bad_count);
  const auto owner = read_owner();
  if (!owner) return fail(owner.error());
  std::size_t at = owner->end_offset();
  if (message_.size() - at < record_fixed_octets) return fail(WireError::short_input);
  const std::uint8_t* p = message_.data() + at;
  const RrType type{load_u16(p)};
  std::uint32_t ttl = load_u32(p + 4);
  if (ttl > ttl_seconds_max && type != RrType::opt) ttl = 0;
  const std::size_t length = load_u16(p + 8);
  at += record_fixed_octets;
  if (message_.size() - at < length) return fail(WireError::short_input);
  offset_ = at + length;
  --left_[section_];
  return RecordView{*owner,
                    type,
                    RrClass{load_u16(p + 2)},
                    ttl,
                    Section{section_},
                    static_cast<std::uint16_t>(at),
                    message_.subspan(at, length)};
}

}  // namespace godwit::wire
