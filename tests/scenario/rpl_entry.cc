#include "tests/scenario/rpl_entry.h"

#include <algorithm>
#include <cctype>

#include "wire/name_text.h"
#include "wire/rdata_text.h"

namespace godwit::scenario {
namespace {

bool is_blank(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// Hex digits with blanks between them, up to a comment.
bool append_hex(std::string_view text, sim::Octets& out) {
  int high = -1;
  for (const char c : text) {
    if (c == ';') break;
    if (is_blank(c)) continue;
    const int digit = hex_digit(c);
    if (digit < 0) return false;
    if (high < 0) {
      high = digit;
    } else {
      out.push_back(static_cast<std::uint8_t>(high << 4 | digit));
      high = -1;
    }
  }
  return high < 0;
}

class EntryReader {
 public:
  EntryReader(Lines& lines, wire::Name& origin, std::string& error)
      : lines_(lines), origin_(origin), error_(error) {}

  std::optional<Entry> read() {
    while (const auto line = lines_.next()) {
      const Words words(*line);
      if (words.first() == "ENTRY_END") return std::move(entry_);
      if (!directive(words, *line)) {
        if (error_.empty()) error_ = "cannot read in an entry: " + std::string(*line);
        return std::nullopt;
      }
    }
    error_ = "no ENTRY_END";
    return std::nullopt;
  }

 private:
  bool directive(const Words& words, std::string_view line) {
    if (words.first() == "MATCH") return every(words, &EntryReader::match);
    if (words.first() == "ADJUST") return every(words, &EntryReader::adjust);
    if (words.first() == "REPLY") return every(words, &EntryReader::reply);
    if (words.first() == "SECTION") return words.size() > 1 && section(words[1]);
    if (words.first() == "RAW") return raw();
    if (words.first() == "HEX_EDNSDATA_BEGIN") return edns_data();
    if (words.first() == "$ORIGIN") return read_origin(words, origin_);
    return record(line);
  }

  bool every(const Words& words, bool (EntryReader::*take)(std::string_view)) {
    for (std::size_t i = 1; i < words.size(); ++i)
      if (!(this->*take)(words[i])) return false;
    return true;
  }

  bool match(std::string_view word) {
    MatchFields& m = entry_.match;
    if (word == "all") {
      m.opcode = m.question = m.flags = m.rcode = m.answer = m.authority = m.additional = true;
      return true;
    }
    if (word == "TCP" || word == "UDP") {
      m.tcp = word == "TCP";
      return true;
    }
    const std::pair<std::string_view, bool*> fields[] = {
        {"opcode", &m.opcode},       {"qtype", &m.qtype}, {"qname", &m.qname},
        {"qcase", &m.qcase},         {"rcode", &m.rcode}, {"question", &m.question},
        {"subdomain", &m.subdomain}, {"flags", &m.flags}, {"answer", &m.answer},
        {"authority", &m.authority}, {"ttl", &m.ttl},     {"additional", &m.additional},
        {"DO", &m.dnssec_ok},
    };
    for (const auto& [text, field] : fields)
      if (text == word) return *field = true;
    return false;
  }

  bool adjust(std::string_view word) {
    if (word == "copy_id") return entry_.copy_id = true;
    if (word == "copy_query") return entry_.copy_query = true;
    if (word == "do_not_answer") return entry_.drop = true;
    return word == "raw_data";
  }

  bool reply(std::string_view word) {
    wire::Header& h = entry_.message.header;
    const std::pair<std::string_view, bool*> flags[] = {
        {"QR", &h.qr}, {"AA", &h.aa}, {"TC", &h.tc}, {"RD", &h.rd},
        {"RA", &h.ra}, {"AD", &h.ad}, {"CD", &h.cd}, {"DO", &entry_.message.dnssec_ok},
    };
    for (const auto& [text, flag] : flags)
      if (text == word) {
        if (flag == &entry_.message.dnssec_ok) entry_.message.edns = true;
        return *flag = true;
      }
    if (word == "QUERY") return true;
    if (word == "NOTIFY" || word == "UPDATE") {
      h.opcode = word == "NOTIFY" ? wire::Opcode::notify : wire::Opcode::update;
      return true;
    }
    const auto rcode = wire::parse_rcode(word);
    if (!rcode) return false;
    entry_.message.rcode = static_cast<std::uint16_t>(*rcode);
    return true;
  }

  bool section(std::string_view word) {
    constexpr std::string_view names[] = {"QUESTION", "ANSWER", "AUTHORITY", "ADDITIONAL"};
    const auto found = std::find(std::begin(names), std::end(names), word);
    section_ = static_cast<int>(found - std::begin(names));
    return found != std::end(names);
  }

  bool raw() {
    const auto line = lines_.next();
    entry_.raw.emplace();
    return line && append_hex(*line, *entry_.raw);
  }

  bool edns_data() {
    entry_.edns_data.emplace();
    entry_.message.edns = true;
    while (const auto line = lines_.next()) {
      if (Words(*line).first() == "HEX_EDNSDATA_END") {
        entry_.message.edns_options = *entry_.edns_data;
        return true;
      }
      if (!append_hex(*line, *entry_.edns_data)) return false;
    }
    return false;
  }

  bool record(std::string_view line) {
    if (section_ == 0) return question(Words(line));
    if (section_ < 0) return false;
    const auto parsed = wire::parse_record(line, origin_, previous_owner_);
    if (!parsed) return false;
    previous_owner_ = parsed->owner;
    entry_.message.section(static_cast<wire::Section>(section_ - 1))
        .push_back({parsed->owner, parsed->type, parsed->rr_class,
                    parsed->ttl.value_or(ttl_seconds_default), parsed->rdata});
    return true;
  }

  bool question(const Words& words) {
    if (words.size() < 2) return false;
    const auto name = wire::parse_name(words[0], origin_);
    const auto type = wire::parse_type(words[words.size() - 1]);
    const auto rr_class = words.size() > 2 ? wire::parse_class(words[words.size() - 2])
                                           : std::optional(wire::RrClass::in);
    if (!name || !type || !rr_class) return false;
    entry_.message.question = sim::MessageQuestion{*name, *type, *rr_class};
    return true;
  }

  static constexpr std::uint32_t ttl_seconds_default = 3600;
  Lines& lines_;
  wire::Name& origin_;
  std::string& error_;
  Entry entry_;
  int section_ = -1;
  wire::Name previous_owner_;
};

}  // namespace

Words::Words(std::string_view line) {
  std::size_t at = 0;
  while (at < line.size()) {
    if (line[at] == ';') return;
    if (is_blank(line[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < line.size() && !is_blank(line[end]) && line[end] != ';') ++end;
    words_.push_back(line.substr(at, end - at));
    at = end;
  }
}

std::string Words::after_first() const {
  std::string text;
  for (std::size_t i = 1; i < words_.size(); ++i) {
    if (i > 1) text += ' ';
    text += words_[i];
  }
  return text;
}

std::optional<std::string_view> Lines::next_raw() {
  if (rest_.empty()) return std::nullopt;
  const std::size_t end = rest_.find('\n');
  const std::string_view line = rest_.substr(0, end);
  rest_ = end == std::string_view::npos ? std::string_view() : rest_.substr(end + 1);
  ++number_;
  return line;
}

std::optional<std::string_view> Lines::next() {
  while (const auto line = next_raw()) {
    const std::string_view text = trimmed(*line);
    if (!text.empty() && text.front() != ';') return text;
  }
  return std::nullopt;
}

std::optional<Entry> read_entry(Lines& lines, wire::Name& origin, std::string& error) {
  return EntryReader(lines, origin, error).read();
}

bool read_origin(const Words& words, wire::Name& origin) {
  if (words.size() < 2) return false;
  const auto name = wire::parse_name(words[1]);
  if (name) origin = *name;
  return name.has_value();
}

}  // namespace godwit::scenario
