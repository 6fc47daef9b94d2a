// What one entry leaves for those after it: origin, owner, class, TTL.
#include "wire/master_file.h"

#include "wire/name_text.h"
#include "wire/record_parse.h"
#include "wire/text_number.h"

namespace godwit::wire {
namespace {

bool is_directive(const TextEntry& entry) noexcept {
  return !entry.begins_blank && !entry.tokens.front().quoted &&
         entry.tokens.front().text.starts_with('$');
}

// Makes a CNAME of an ALIAS: their RDATA are the same. The type is the first word behind the owner
// that is neither a TTL nor a class.
bool take_alias(TextEntry& entry) noexcept {
  for (std::size_t i = entry.begins_blank ? 0 : 1; i < entry.tokens.size(); ++i) {
    TextToken& token = entry.tokens[i];
    if (token.quoted) return false;
    if (equal_text_ignoring_case(token.text, "ALIAS")) {
      token.text = "CNAME";
      return true;
    }
    const bool is_ttl = token.text.front() >= '0' && token.text.front() <= '9';
    if (!is_ttl && !parse_class(token.text)) return false;
  }
  return false;
}

}  // namespace

Result<std::optional<MasterRecord>> MasterFileReader::next() {
  while (true) {
    Result<TextEntry> entry = lexer_.next();
    is_broken_ = !entry;
    if (!entry) return entry.error();
    if (entry->tokens.empty()) return std::optional<MasterRecord>();
    if (is_directive(*entry)) {
      if (const auto done = directive(entry->tokens); !done) return done.error();
      continue;
    }
    auto made = record(*entry);
    if (!made) return made.error();
    return std::optional(std::move(*made));
  }
}

Result<void> MasterFileReader::directive(std::span<const TextToken> tokens) {
  const bool is_origin = equal_text_ignoring_case(tokens[0].text, "$ORIGIN");
  if (!is_origin && !equal_text_ignoring_case(tokens[0].text, "$TTL"))
    return WireError::bad_directive;
  if (tokens.size() != 2 || tokens[1].quoted) return WireError::bad_text;
  if (is_origin) {
    const Result<Name> origin = parse_name(tokens[1].text, origin_);
    if (!origin) return origin.error();
    origin_ = *origin;
    return {};
  }
  const auto seconds = parse_duration(tokens[1].text);
  if (!seconds || *seconds > ttl_seconds_max) return WireError::bad_text;
  default_ttl_ = seconds;
  return {};
}

Result<MasterRecord> MasterFileReader::record(TextEntry& entry) {
  // There is no owner yet that a first record could leave out.
  if (entry.begins_blank && !has_owner_) return WireError::bad_text;
  MasterRecord out;
  out.is_alias = reads_aliases_ && take_alias(entry);
  auto parsed = parse_record_entry(entry, origin_, last_owner_);
  if (!parsed) return parsed.error();
  RecordText& made = parsed->record;
  if (!parsed->has_class) made.rr_class = last_class_;
  if (!made.ttl) made.ttl = default_ttl_ ? default_ttl_ : last_ttl_;
  last_ttl_ = made.ttl;
  last_owner_ = made.owner;
  last_class_ = made.rr_class;
  has_owner_ = true;
  out.record = std::move(made);
  return out;
}

boost::system::result<std::vector<RecordText>, MasterFileError> parse_master_file(
    std::string_view text, const Name& origin) {
  MasterFileReader reader(text, origin);
  std::vector<RecordText> records;
  while (true) {
    auto next = reader.next();
    if (!next) return MasterFileError{next.error(), reader.line()};
    if (!*next) return records;
    records.push_back(std::move((*next)->record));
  }
}

}  // namespace godwit::wire
