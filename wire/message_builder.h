// Writes a message into the caller's buffer: names compressed through a fixed table, each RRset
// whole or not at all, the OPT record last in space kept for it. No heap. RFC 1035 §4.1.4, RFC 2181
// §9.
#pragma once

#include "wire/edns.h"
#include "wire/rrset.h"

namespace godwit::wire {

// Remembers where names were written. The caller's (some 1.5 KiB), to be reused: reset() is cheap.
// O(1) per label; no more than lookups_max per message, hits and misses alike, after which names
// are written whole.
class NameCompressor {
 public:
  static constexpr unsigned lookups_max = 256;
  void reset() noexcept;

 private:
  friend class MessageBuilder;
  static constexpr std::size_t slot_count = 256;
  struct Slot {
    std::uint16_t offset;
    std::uint16_t tag;
  };
  std::array<Slot, slot_count> slots_{};
  std::uint32_t generation_ = 0;
  unsigned lookups_ = 0;
};

class MessageBuilder {
 public:
  // Writes at most `size_limit` octets of `buffer`. Both must outlive the builder.
  MessageBuilder(MutableBytes buffer, std::size_t size_limit, NameCompressor& compressor) noexcept;

  // The header; counts are kept by the builder. Call once, first.
  void header(const Header& header) noexcept;
  // The question, case as given. False when it does not fit.
  bool question(const Name& name, RrType type, RrClass rr_class) noexcept;
  // Keeps room for an OPT record, to be called before the records: what finish() will write fits.
  void reserve_edns(const EdnsToWrite& edns) noexcept;

  // Writes all records of a set with `ttl` seconds into `section` (sections never go back),
  // starting with record `rotate_by` modulo their number. When one does not fit, none is written
  // and the answer is false. With signatures, the covering RRSIGs follow and belong to the unit.
  struct RRsetOptions {
    std::uint32_t ttl = 0;
    bool with_signatures = false;
    std::uint32_t rotate_by = 0;
  };
  [[nodiscard]] bool add_rrset(Section section, const RRset& set,
                               const RRsetOptions& options) noexcept;
  // One record made on the fly; `rdata` valid and uncompressed.
  [[nodiscard]] bool add_record(Section section, const Name& owner, RrType type, std::uint32_t ttl,
                                Bytes rdata) noexcept;

  void set_truncated() noexcept;         // TC=1
  void set_rcode(Rcode rcode) noexcept;  // upper bits go to the OPT record, if there is one

  // Writes the OPT record that room was kept for, and the counts; the message.
  [[nodiscard]] Bytes finish() noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return writer_.position(); }

 private:
  bool write_name(Bytes name, bool compressible) noexcept;
  bool write_record(Bytes owner, RrType type, RrClass rr_class, std::uint32_t ttl,
                    Bytes rdata) noexcept;
  void write_edns() noexcept;
  ByteWriter writer_;
  MutableBytes buffer_;
  std::size_t size_limit_;
  NameCompressor& compressor_;
  Section section_ = Section::answer;
  std::uint16_t counts_[4] = {0, 0, 0, 0};
  Rcode rcode_ = Rcode::noerror;
  std::optional<EdnsToWrite> edns_;
  std::size_t edns_octets_ = 0;
};

}  // namespace godwit::wire
