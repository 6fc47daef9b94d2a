// A whole message as plain values, for servers and checks of the tests: decoded through wire's
// readers, encoded by code of its own, so that a fault of the product's builder cannot hide. Can
// say things that a correct program never would.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "wire/edns.h"
#include "wire/ip_address.h"

namespace godwit::sim {

using Octets = std::vector<std::uint8_t>;

struct Record {
  wire::Name owner;
  wire::RrType type = wire::RrType::none;
  wire::RrClass rr_class = wire::RrClass::in;
  std::uint32_t ttl = 0;  // seconds
  Octets rdata;           // uncompressed
  // Same owner (case aside), type, class and RDATA (the case of names in it aside); TTL left out.
  [[nodiscard]] bool is_same_data(const Record& other) const;
  [[nodiscard]] std::string to_text() const;
};

struct MessageQuestion {
  wire::Name name;
  wire::RrType type = wire::RrType::a;
  wire::RrClass rr_class = wire::RrClass::in;
};

struct Message {
  wire::Header header;      // the counts are ignored
  std::uint16_t rcode = 0;  // all twelve bits; the upper ones need `edns`
  std::optional<MessageQuestion> question;
  std::vector<Record> answer, authority, additional;  // without the OPT record
  bool edns = false;
  std::uint16_t udp_octets = 1232;
  bool dnssec_ok = false;
  Octets edns_options;

  [[nodiscard]] std::vector<Record>& section(wire::Section which);
  [[nodiscard]] const std::vector<Record>& section(wire::Section which) const;
  [[nodiscard]] std::string to_text() const;
};

// Nothing for octets that are no whole, well-formed message.
[[nodiscard]] std::optional<Message> decode(wire::Bytes octets);
// Owner names and the names of the oldest types are compressed. Beyond `octets_max` all records are
// left out and TC is set.
[[nodiscard]] Octets encode(const Message& message, std::size_t octets_max = 65535);

// A message that answers `query`: its id, opcode, RD and question, QR set.
[[nodiscard]] Message reply_to(const Message& query);

// One record from text ("www 300 A 192.0.2.1"), names relative to `origin`. For tests' own data:
// text that cannot be read ends the program with its line.
[[nodiscard]] Record record(std::string_view text, const wire::Name& origin = {},
                            std::uint32_t default_ttl = 3600);
[[nodiscard]] wire::Name name(std::string_view text);
[[nodiscard]] wire::IpAddress address(std::string_view text);

}  // namespace godwit::sim
