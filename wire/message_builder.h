// Writes a message into the caller's buffer: names compressed through a fixed table, each RRset
// whole or not at all, the OPT record last in space kept for it. No heap. What a query to a server
// needs is write_query(). RFC 1035 §4.1.4, RFC 2181 §9.
#pragma once

#include "wire/edns.h"
#include "wire/name_compressor.h"
#include "wire/rrset.h"

namespace godwit::wire {

class MessageBuilder {
 public:
  // Writes at most `size_limit` octets of `buffer`, and never over 65535. Both must outlive the
  // builder; the compressor is reset.
  MessageBuilder(MutableBytes buffer, std::size_t size_limit, NameCompressor& compressor) noexcept;

  // The header; counts are kept by the builder. Call once, first: without it, or without room for
  // it, nothing is ever written.
  void header(const Header& header) noexcept;
  // The question, case as given; at most one, before the records. False when it does not fit: the
  // message then stays without.
  bool question(const Name& name, RrType type, RrClass rr_class) noexcept;
  // Keeps room for an OPT record, to be called before the records: what edns_octets() counts will
  // fit, unless the question has left less.
  void reserve_edns(const EdnsToWrite& edns) noexcept;

  // Writes all records of a set with `ttl` seconds into `section` (sections never go back),
  // starting with record `rotate_by` modulo their number. When one does not fit, none is written
  // and the answer is false. With signatures, the covering RRSIGs follow and belong to the unit.
  struct RRsetOptions {
    std::uint32_t ttl = 0;
    bool with_signatures = false;
    std::uint32_t rotate_by = 0;
    const Name* owner =
        nullptr;  // written instead of the set's own: the same name in other letter case
  };
  [[nodiscard]] bool add_rrset(Section section, const RRset& set,
                               const RRsetOptions& options) noexcept;
  // One record of class IN made on the fly; `rdata` valid and uncompressed.
  [[nodiscard]] bool add_record(Section section, const Name& owner, RrType type, std::uint32_t ttl,
                                Bytes rdata) noexcept;

  void set_truncated() noexcept;         // TC=1
  void set_rcode(Rcode rcode) noexcept;  // upper bits go to the OPT record; without one: SERVFAIL

  // Writes the OPT record that room was kept for, and the counts; the message. Call once, last.
  // Always a complete message, if only a header; empty when not even that fits.
  [[nodiscard]] Bytes finish() noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return writer_.position(); }

 private:
  struct Record;
  class Owner;
  [[nodiscard]] bool begin_unit(Section section) noexcept;
  [[nodiscard]] bool end_unit(std::size_t start, std::size_t records) noexcept;
  void write_record(const Record& record, Owner& owner, Bytes rdata) noexcept;
  void write_rdata(RrType type, Bytes rdata) noexcept;
  ByteWriter writer_;
  MutableBytes buffer_;
  NameCompressor& compressor_;
  Section section_ = Section::answer;
  bool has_header_ = false;
  std::uint16_t question_count_ = 0;
  std::array<std::uint16_t, 3> record_counts_{};
  Rcode rcode_ = Rcode::noerror;
  std::optional<EdnsToWrite> edns_;
};

// Writes a query of class IN: header, question, and an OPT record if `edns` is not null. The whole
// message; empty when the header or the question does not fit.
[[nodiscard]] Bytes write_query(MutableBytes buffer, const Header& header, const Name& name,
                                RrType type, const EdnsToWrite* edns) noexcept;

}  // namespace godwit::wire
