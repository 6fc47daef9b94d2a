#include "wire/record_parse.h"

#include "wire/name_text.h"
#include "wire/rdata_parse.h"
#include "wire/text_number.h"

namespace godwit::wire {
namespace {

bool begins_with_digit(std::string_view text) noexcept {
  return !text.empty() && text.front() >= '0' && text.front() <= '9';
}

}  // namespace

Result<ParsedRecord> parse_record_entry(const TextEntry& entry, const Name& origin,
                                        const Name& previous_owner) {
  std::span<const TextToken> tokens = entry.tokens;
  ParsedRecord parsed;
  parsed.record.owner = previous_owner;
  if (!entry.begins_blank) {
    if (tokens.empty() || tokens.front().quoted) return WireError::bad_text;
    const Result<Name> owner = parse_name(tokens.front().text, origin);
    if (!owner) return owner.error();
    parsed.record.owner = *owner;
    tokens = tokens.subspan(1);
  }
  for (; !tokens.empty() && parsed.record.type == RrType::none; tokens = tokens.subspan(1)) {
    if (tokens.front().quoted) return WireError::bad_text;
    const std::string_view text = tokens.front().text;
    if (!parsed.record.ttl && begins_with_digit(text)) {
      parsed.record.ttl = parse_duration(text);
      if (!parsed.record.ttl || *parsed.record.ttl > ttl_seconds_max) return WireError::bad_text;
      continue;
    }
    const auto rr_class = parsed.has_class ? std::nullopt : parse_class(text);
    if (rr_class) {
      parsed.record.rr_class = *rr_class;
      parsed.has_class = true;
      continue;
    }
    const auto type = parse_type(text);
    if (!type || *type == RrType::none) return WireError::bad_text;
    parsed.record.type = *type;
  }
  if (parsed.record.type == RrType::none) return WireError::bad_text;
  auto rdata = parse_rdata_tokens(parsed.record.type, tokens, origin);
  if (!rdata) return rdata.error();
  parsed.record.rdata = std::move(*rdata);
  return parsed;
}

Result<RecordText> parse_record(std::string_view line, const Name& origin,
                                const Name& previous_owner) {
  TextLexer lexer(line);
  const Result<TextEntry> entry = lexer.next();
  if (!entry) return entry.error();
  const Result<TextEntry> more = lexer.next();
  if (!more || !more->tokens.empty()) return WireError::bad_text;
  auto parsed = parse_record_entry(*entry, origin, previous_owner);
  if (!parsed) return parsed.error();
  return std::move(parsed->record);
}

}  // namespace godwit::wire
