#include "wire/message_view.h"

namespace godwit::wire {

namespace {

constexpr std::size_t question_fixed_octets = 4;  // type, class
constexpr std::size_t record_fixed_octets = 10;   // type, class, TTL, RDLENGTH

}  // namespace

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

const RecordView* RecordReader::fail(WireError error) noexcept {
  error_ = error;
  done_ = true;
  return nullptr;
}

std::optional<WireError> RecordReader::read_owner() noexcept {
  const std::uint8_t* p = message_.data() + offset_;
  const bool is_pointer = message_.size() - offset_ >= 2 && p[0] >= 0xc0;
  NameView& owner = record_.owner;
  // The records of a set mostly share one pointer, which is followed once. It stays backward: what
  // it was reached from has only moved on.
  if (is_pointer && load_u16(p) == last_pointer_) {
    owner = last_;
    owner.offset_ = static_cast<std::uint16_t>(offset_);
    owner.end_offset_ = static_cast<std::uint16_t>(offset_ + 2);
    return {};
  }
  if (const auto error = owner.read(message_, offset_)) return error;
  if (!owner.is_compressed()) return {};
  owner_steps_ += owner.label_count() + owner.pointer_count();
  if (owner_steps_ > owner_steps_max(message_.size())) return WireError::too_many_pointers;
  if (is_pointer) {
    last_ = owner;
    last_pointer_ = load_u16(p);
  }
  return {};
}

const RecordView* RecordReader::next() noexcept {
  if (done_) return nullptr;
  while (section_ < 3 && left_[section_] == 0) ++section_;
  if (section_ == 3) {
    done_ = true;
    return offset_ == message_.size() ? nullptr : fail(WireError::trailing_data);
  }
  if (offset_ == message_.size()) return fail(WireError::bad_count);
  if (const auto error = read_owner()) return fail(*error);
  std::size_t at = record_.owner.end_offset();
  if (message_.size() - at < record_fixed_octets) return fail(WireError::short_input);
  const std::uint8_t* p = message_.data() + at;
  const std::size_t length = load_u16(p + 8);
  at += record_fixed_octets;
  if (message_.size() - at < length) return fail(WireError::short_input);
  record_.type = RrType{load_u16(p)};
  record_.rr_class = RrClass{load_u16(p + 2)};
  record_.ttl = load_u32(p + 4);
  if (record_.ttl > ttl_seconds_max && record_.type != RrType::opt) record_.ttl = 0;
  record_.section = Section{section_};
  record_.rdata_offset = static_cast<std::uint16_t>(at);
  record_.rdata = message_.subspan(at, length);
  offset_ = at + length;
  --left_[section_];
  return &record_;
}

}  // namespace godwit::wire
