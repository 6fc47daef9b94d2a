// A message read in place: header and question at construction, records one by one as they are
// asked for, fused on the first error. Lifetime: the bytes; a view never crosses an await. No heap.
// RFC 1035 §4.
#pragma once

#include <optional>

#include "wire/name_view.h"

namespace godwit::wire {

// Owner names that pointers repeat may have so many labels and pointers, all together, for a
// message of `octets`. A thousand records can point at one name of 127 labels; real ones come
// nowhere near.
[[nodiscard]] constexpr std::size_t owner_steps_max(std::size_t octets) noexcept {
  return 4096 + 2 * octets;
}

enum class Section : std::uint8_t { answer, authority, additional };

// The fixed 12 octets (RFC 1035 §4.1.1; AD, CD: RFC 4035 §3.2).
struct Header {
  std::uint16_t id = 0;
  bool qr = false;
  Opcode opcode = Opcode::query;
  bool aa = false, tc = false, rd = false, ra = false, z = false, ad = false, cd = false;
  std::uint8_t rcode = 0;  // the low four bits
  std::uint16_t qdcount = 0, ancount = 0, nscount = 0, arcount = 0;
  [[nodiscard]] static Result<Header> parse(Bytes message) noexcept;  // short_input below 12 octets
};

inline Result<Header> Header::parse(Bytes message) noexcept {
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

struct QuestionView {
  NameView name;
  RrType type;
  RrClass rr_class;
};

struct RecordView {
  NameView owner;
  RrType type;
  RrClass rr_class;
  std::uint32_t ttl;  // seconds; 0 when the top bit was set (RFC 2181 §8), but as it is for OPT
  Section section;
  std::uint16_t rdata_offset;
  Bytes rdata;  // as in the message: may hold compressed names
};

// Walks answer, authority and additional in order. next() gives null at the end and ever after the
// first error, else a record that is there until it is called again. Errors: those of names
// (too_many_pointers also for owner_steps_max), short_input, bad_count, trailing_data. Cost: linear
// in the message, whatever it holds.
class RecordReader {
 public:
  [[nodiscard]] const RecordView* next() noexcept;
  [[nodiscard]] std::optional<WireError> error() const noexcept { return error_; }

 private:
  friend class MessageView;
  RecordReader(Bytes message, const Header& header, std::size_t offset) noexcept
      : message_(message), offset_(offset), left_{header.ancount, header.nscount, header.arcount} {}
  const RecordView* fail(WireError error) noexcept;
  [[nodiscard]] std::optional<WireError> read_owner() noexcept;
  Bytes message_;
  std::size_t offset_;
  std::size_t owner_steps_ = 0;
  std::uint16_t left_[3];
  std::uint8_t section_ = 0;
  bool done_ = false;
  std::optional<WireError> error_;
  NameView last_;                   // the last owner that was a pointer alone
  std::uint16_t last_pointer_ = 0;  // and that pointer; 0 is none
  RecordView record_{NameView(), RrType::none, RrClass::in, 0, Section::answer, 0, {}};
};

class MessageView {
 public:
  // Header and question. QDCOUNT 0 is fine (question() is empty), above 1 is bad_count (RFC 9619).
  // Records are not looked at: records() does, and ends with trailing_data when octets are left
  // over.
  [[nodiscard]] static Result<MessageView> parse(Bytes message) noexcept;

  [[nodiscard]] const Header& header() const noexcept { return header_; }
  [[nodiscard]] const std::optional<QuestionView>& question() const noexcept { return question_; }
  [[nodiscard]] RecordReader records() const noexcept { return {bytes_, header_, records_offset_}; }
  [[nodiscard]] Bytes bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::size_t records_offset() const noexcept { return records_offset_; }

 private:
  MessageView(Bytes bytes, const Header& header) noexcept : bytes_(bytes), header_(header) {}
  Bytes bytes_;
  Header header_;
  std::optional<QuestionView> question_;
  std::size_t records_offset_ = header_octets;
};

}  // namespace godwit::wire
