// A master file (RFC 1035 §5) read a record at a time, for readers that go on behind a record that
// cannot be used and want to tell its line. parse_master_file() of rdata_text.h is this, all or
// nothing. Lifetime: the text.
#pragma once

#include <optional>
#include <string_view>

#include "wire/rdata_text.h"
#include "wire/text_lexer.h"

namespace godwit::wire {

struct MasterRecord {
  RecordText record;
  bool is_alias = false;  // written as ALIAS; `record` is the CNAME that it would be
};

class MasterFileReader {
 public:
  MasterFileReader(std::string_view text, const Name& origin) noexcept
      : lexer_(without_byte_order_mark(text)), origin_(origin), last_owner_(origin) {}

  // Whether "ALIAS name" is read, a record of this program alone; at first it is an unknown type.
  void read_aliases() noexcept { reads_aliases_ = true; }
  // The next record; nothing at the end. Errors: those of one entry, and the next call reads what
  // comes behind it; if is_broken(), the text cannot be cut into entries any more. Errors:
  // bad_text, bad_directive, bad_rdata and those of names.
  [[nodiscard]] Result<std::optional<MasterRecord>> next();
  [[nodiscard]] bool is_broken() const noexcept { return is_broken_; }
  // 1-based, where the record that next() read begins, or what it could not read.
  [[nodiscard]] std::size_t line() const noexcept { return lexer_.entry_line(); }

 private:
  Result<void> directive(std::span<const TextToken> tokens);
  Result<MasterRecord> record(TextEntry& entry);

  TextLexer lexer_;
  Name origin_;
  Name last_owner_;
  RrClass last_class_ = RrClass::in;
  std::optional<std::uint32_t> default_ttl_;
  std::optional<std::uint32_t> last_ttl_;
  bool has_owner_ = false;
  bool reads_aliases_ = false;
  bool is_broken_ = false;
};

}  // namespace godwit::wire
