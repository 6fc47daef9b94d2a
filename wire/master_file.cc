// Master files (RFC 1035 §5). Declared in rdata_text.h.
#include "wire/name_text.h"
#include "wire/record_parse.h"
#include "wire/text_number.h"

namespace godwit::wire {
namespace {

bool is_directive(const TextEntry& entry) noexcept {
  return !entry.begins_blank && !entry.tokens.front().quoted &&
         entry.tokens.front().text.starts_with('$');
}

// What one entry leaves for those after it.
class MasterFileReader {
 public:
  explicit MasterFileReader(const Name& origin) noexcept : origin_(origin) {}

  Result<void> entry(const TextEntry& entry) {
    return is_directive(entry) ? directive(entry.tokens) : record(entry);
  }
  [[nodiscard]] std::vector<RecordText> take_records() noexcept { return std::move(records_); }

 private:
  Result<void> directive(std::span<const TextToken> tokens) {
    if (tokens.size() != 2 || tokens[1].quoted) return WireError::bad_text;
    if (equal_text_ignoring_case(tokens[0].text, "$ORIGIN")) {
      const Result<Name> origin = parse_name(tokens[1].text, origin_);
      if (!origin) return origin.error();
      origin_ = *origin;
      return {};
    }
    if (!equal_text_ignoring_case(tokens[0].text, "$TTL")) return WireError::bad_text;
    default_ttl_ = parse_duration(tokens[1].text);
    if (!default_ttl_ || *default_ttl_ > ttl_seconds_max) return WireError::bad_text;
    return {};
  }

  Result<void> record(const TextEntry& entry) {
    // There is no owner yet that a first record could leave out.
    if (entry.begins_blank && records_.empty()) return WireError::bad_text;
    const Name& owner = records_.empty() ? origin_ : records_.back().owner;
    auto parsed = parse_record_entry(entry, origin_, owner);
    if (!parsed) return parsed.error();
    RecordText& made = parsed->record;
    if (!parsed->has_class && !records_.empty()) made.rr_class = records_.back().rr_class;
    if (!made.ttl) made.ttl = default_ttl_ ? default_ttl_ : last_ttl_;
    last_ttl_ = made.ttl;
    records_.push_back(std::move(made));
    return {};
  }

  Name origin_;
  std::optional<std::uint32_t> default_ttl_;
  std::optional<std::uint32_t> last_ttl_;
  std::vector<RecordText> records_;
};

}  // namespace

boost::system::result<std::vector<RecordText>, MasterFileError> parse_master_file(
    std::string_view text, const Name& origin) {
  TextLexer lexer(text);
  MasterFileReader reader(origin);
  while (true) {
    const Result<TextEntry> entry = lexer.next();
    if (!entry) return MasterFileError{entry.error(), lexer.entry_line()};
    if (entry->tokens.empty()) return reader.take_records();
    const auto result = reader.entry(*entry);
    if (!result) return MasterFileError{result.error(), lexer.entry_line()};
  }
}

}  // namespace godwit::wire
