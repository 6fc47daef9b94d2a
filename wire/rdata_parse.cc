// Presentation text to RDATA: the same rows of fields as everywhere, read in order from tokens.
#include "wire/rdata_parse.h"

#include "wire/ip_address.h"
#include "wire/loc_text.h"
#include "wire/name_text.h"
#include "wire/rdata.h"
#include "wire/rdata_text.h"
#include "wire/svcb_text.h"
#include "wire/text_encoding.h"
#include "wire/text_number.h"
#include "wire/type_bitmap_text.h"

namespace godwit::wire {
namespace {

using Octets = std::vector<std::uint8_t>;
constexpr std::size_t counted_octets_max = 255;

bool may_be_quoted(RdataField field) noexcept {
  return field == RdataField::string || field == RdataField::strings ||
         field == RdataField::text_rest || field == RdataField::text_rest_or_none;
}

// Reads fields from the front of the tokens and appends their octets. Whether they make sense
// together is checked once, at the end, by is_valid_rdata().
class RdataParser {
 public:
  RdataParser(std::span<const TextToken> tokens, const Name& origin) noexcept
      : tokens_(tokens), origin_(origin) {}

  Result<void> field(RdataField field);
  // "\#", the length, and the octets as hexadecimal in any number of pieces (RFC 3597 §5).
  Result<void> generic();
  [[nodiscard]] bool at_end() const noexcept { return tokens_.empty(); }
  [[nodiscard]] Octets take_octets() noexcept { return std::move(out_); }

 private:
  Result<void> rest(RdataField field);
  Result<void> single(RdataField field, std::string_view text);
  Result<void> number(std::optional<std::uint32_t> value, unsigned octets);
  Result<void> string();
  Result<void> text_rest();
  Result<void> counted(const Octets& octets);
  Result<void> address(std::string_view text, bool is_v4);
  Result<void> name(std::string_view text);
  Result<void> salt_or_hash(RdataField field, std::string_view text);
  std::string joined_rest();

  std::span<const TextToken> tokens_;
  const Name& origin_;
  Octets out_;
};

Result<void> RdataParser::number(std::optional<std::uint32_t> value, unsigned octets) {
  if (!value) return WireError::bad_text;
  for (unsigned shift = octets * 8; shift > 0; shift -= 8)
    out_.push_back(static_cast<std::uint8_t>(*value >> (shift - 8)));
  return {};
}

Result<void> RdataParser::counted(const Octets& octets) {
  if (octets.size() > counted_octets_max) return WireError::bad_text;
  out_.push_back(static_cast<std::uint8_t>(octets.size()));
  out_.insert(out_.end(), octets.begin(), octets.end());
  return {};
}

Result<void> RdataParser::string() {
  if (tokens_.empty()) return WireError::bad_text;
  const auto octets = token_octets(tokens_.front());
  if (!octets) return octets.error();
  tokens_ = tokens_.subspan(1);
  return counted(*octets);
}

Result<void> RdataParser::text_rest() {
  if (tokens_.empty()) return WireError::bad_text;
  const auto octets = token_octets(tokens_.front());
  if (!octets) return octets.error();
  tokens_ = tokens_.subspan(1);
  out_.insert(out_.end(), octets->begin(), octets->end());
  return {};
}

Result<void> RdataParser::address(std::string_view text, bool is_v4) {
  const auto parsed = IpAddress::parse(text);
  if (!parsed || parsed->is_v4() != is_v4) return WireError::bad_text;
  const Bytes octets = parsed->octets();
  out_.insert(out_.end(), octets.begin(), octets.end());
  return {};
}

Result<void> RdataParser::name(std::string_view text) {
  const Result<Name> parsed = parse_name(text, origin_);
  if (!parsed) return parsed.error();
  const Bytes octets = parsed->wire();
  out_.insert(out_.end(), octets.begin(), octets.end());
  return {};
}

Result<void> RdataParser::salt_or_hash(RdataField field, std::string_view text) {
  Octets octets;
  if (field == RdataField::hash) {
    if (!decode_base32hex(text, octets)) return WireError::bad_text;
  } else if (text != "-" && !decode_hex(text, octets)) {
    return WireError::bad_text;
  }
  return counted(octets);
}

std::string RdataParser::joined_rest() {
  std::string text;
  for (const TextToken& token : tokens_) text += token.text;
  tokens_ = {};
  return text;
}

// Fields that take every token that is left.
Result<void> RdataParser::rest(RdataField field) {
  if (field == RdataField::strings) {
    do {
      const auto result = string();
      if (!result) return result.error();
    } while (!tokens_.empty());
    return {};
  }
  if (field == RdataField::base64_rest || field == RdataField::hex_rest) {
    const std::string text = joined_rest();
    const bool decoded =
        field == RdataField::hex_rest ? decode_hex(text, out_) : decode_base64(text, out_);
    if (!decoded) return WireError::bad_text;
    return {};
  }
  const std::span<const TextToken> taken = tokens_;
  tokens_ = {};
  if (field == RdataField::svc_params) return parse_svc_params(taken, out_);
  if (field == RdataField::loc) return parse_loc(taken, out_);
  return parse_type_bitmap(taken, out_);
}

// Fields that are one word.
Result<void> RdataParser::single(RdataField field, std::string_view text) {
  switch (field) {
    case RdataField::u8:
      return number(parse_number(text, 0xff), 1);
    case RdataField::u16:
      return number(parse_number(text, 0xffff), 2);
    case RdataField::u32:
      return number(parse_number(text, 0xffffffff), 4);
    case RdataField::ttl:
      return number(parse_duration(text), 4);
    case RdataField::time:
      return number(parse_timestamp(text), 4);
    case RdataField::algorithm:
      return number(parse_algorithm(text), 1);
    case RdataField::certificate_type:
      return number(parse_certificate_type(text), 2);
    case RdataField::type: {
      const auto type = parse_type(text);
      if (!type) return WireError::bad_text;
      return number(static_cast<std::uint16_t>(*type), 2);
    }
    case RdataField::ipv4:
    case RdataField::ipv6:
      return address(text, field == RdataField::ipv4);
    case RdataField::salt:
    case RdataField::hash:
      return salt_or_hash(field, text);
    case RdataField::caa_tag:
      return counted(Octets(text.begin(), text.end()));
    default:
      return name(text);
  }
}

Result<void> RdataParser::field(RdataField field) {
  if (!may_be_quoted(field))
    for (const TextToken& token : tokens_) {
      if (token.quoted) return WireError::bad_text;
      if (!runs_to_end(field)) break;
    }
  if (field == RdataField::string) return string();
  if (field == RdataField::text_rest || field == RdataField::text_rest_or_none) return text_rest();
  if (runs_to_end(field)) return rest(field);
  if (tokens_.empty()) return WireError::bad_text;
  const std::string_view text = tokens_.front().text;
  tokens_ = tokens_.subspan(1);
  return single(field, text);
}

Result<void> RdataParser::generic() {
  if (tokens_.size() < 2) return WireError::bad_text;
  const auto octets = parse_number(tokens_[1].text, rdata_octets_max);
  if (!octets) return WireError::bad_text;
  tokens_ = tokens_.subspan(2);
  if (!decode_hex(joined_rest(), out_) || out_.size() != *octets) return WireError::bad_text;
  return {};
}

bool is_generic(std::span<const TextToken> tokens) noexcept {
  return !tokens.empty() && !tokens.front().quoted && tokens.front().text == "\\#";
}

}  // namespace

Result<std::vector<std::uint8_t>> parse_rdata_tokens(RrType type, std::span<const TextToken> tokens,
                                                     const Name& origin) {
  RdataParser parser(tokens, origin);
  if (is_generic(tokens)) {
    const auto result = parser.generic();
    if (!result) return result.error();
  } else {
    if (!is_known_type(type)) return WireError::bad_text;
    for (const RdataField field : rdata_layout(type)) {
      const auto result = parser.field(field);
      if (!result) return result.error();
    }
    if (!parser.at_end()) return WireError::bad_text;
  }
  Octets rdata = parser.take_octets();
  if (!is_valid_rdata(type, rdata)) return WireError::bad_rdata;
  return rdata;
}

Result<std::vector<std::uint8_t>> parse_rdata(RrType type, std::string_view text,
                                              const Name& origin) {
  TextLexer lexer(text);
  const Result<TextEntry> entry = lexer.next();
  if (!entry) return entry.error();
  const Result<TextEntry> more = lexer.next();
  if (!more || !more->tokens.empty()) return WireError::bad_text;
  return parse_rdata_tokens(type, entry->tokens, origin);
}

}  // namespace godwit::wire
