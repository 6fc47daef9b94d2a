// Messages for tests, written as text: flags, a question and records by section. Throws on text
// that cannot be read: a test that says something else than it means must not pass.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "wire/message_builder.h"
#include "wire/name_text.h"
#include "wire/rdata_text.h"

namespace godwit::test {

inline wire::Name name(std::string_view text) {
  const wire::Result<wire::Name> parsed = wire::parse_name(text);
  if (!parsed) throw std::invalid_argument("name: " + std::string(text));
  return *parsed;
}

inline wire::RecordText record(std::string_view line) {
  wire::Result<wire::RecordText> parsed = wire::parse_record(line, wire::Name(), wire::Name());
  if (!parsed) throw std::invalid_argument("record: " + std::string(line));
  return *parsed;
}

// The set of all lines, which share owner and type.
inline wire::RRsetPtr rrset(const std::vector<std::string>& lines) {
  const wire::RecordText first = record(lines.at(0));
  wire::RRsetBuilder builder(first.owner, first.type, first.rr_class);
  for (const std::string& line : lines) {
    const wire::RecordText one = record(line);
    builder.add(one.rdata, one.ttl.value_or(3600));
  }
  return builder.build();
}

// What a message says. `flags` are words: qr aa tc rd ra ad cd, and an rcode's mnemonic.
struct MessageText {
  std::string flags = "qr";
  std::string qname = ".";
  wire::RrType qtype = wire::RrType::a;
  std::vector<std::string> answer = {};
  std::vector<std::string> authority = {};
  std::vector<std::string> additional = {};
  std::uint16_t id = 0;
  bool edns = false;
};

namespace detail {

inline wire::Header header_of(const MessageText& text, wire::Rcode& rcode) {
  wire::Header header;
  header.id = text.id;
  std::size_t at = 0;
  while (at < text.flags.size()) {
    const std::size_t end = std::min(text.flags.find(' ', at), text.flags.size());
    const std::string word = text.flags.substr(at, end - at);
    at = end + 1;
    if (word == "qr")
      header.qr = true;
    else if (word == "aa")
      header.aa = true;
    else if (word == "tc")
      header.tc = true;
    else if (word == "rd")
      header.rd = true;
    else if (word == "ra")
      header.ra = true;
    else if (word == "ad")
      header.ad = true;
    else if (word == "cd")
      header.cd = true;
    else if (const auto code = wire::parse_rcode(word))
      rcode = *code;
    else if (!word.empty())
      throw std::invalid_argument("flag: " + word);
  }
  return header;
}

}  // namespace detail

inline std::vector<std::uint8_t> message(const MessageText& text) {
  std::vector<std::uint8_t> buffer(wire::message_octets_max);
  wire::NameCompressor compressor;
  wire::MessageBuilder builder(buffer, buffer.size(), compressor);
  wire::Rcode rcode = wire::Rcode::noerror;
  builder.header(detail::header_of(text, rcode));
  builder.set_rcode(rcode);
  builder.question(name(text.qname), text.qtype, wire::RrClass::in);
  if (text.edns) builder.reserve_edns(wire::EdnsToWrite{});
  const auto add = [&](wire::Section section, const std::vector<std::string>& lines) {
    for (const std::string& line : lines) {
      const wire::RecordText one = record(line);
      wire::RRsetBuilder set(one.owner, one.type, one.rr_class);
      set.add(one.rdata, one.ttl.value_or(3600));
      wire::MessageBuilder::RRsetOptions options;
      options.ttl = one.ttl.value_or(3600);
      if (!builder.add_rrset(section, *set.build(), options))
        throw std::length_error(line);
    }
  };
  add(wire::Section::answer, text.answer);
  add(wire::Section::authority, text.authority);
  add(wire::Section::additional, text.additional);
  buffer.resize(builder.finish().size());
  return buffer;
}

}  // namespace godwit::test
