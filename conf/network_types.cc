// The value types of names and addresses; wire reads and prints them, these say what was wrong.
#include "conf/value_type.h"
#include "wire/name_text.h"

namespace godwit::conf {
namespace {

// The address part of an address, an endpoint or a prefix, for the schema: only the characters.
constexpr std::string_view address_pattern = "[0-9A-Fa-f:.]+";

class DomainName final : public ValueTypeOf<std::string> {
 public:
  std::optional<std::string> parse(const Node& node, const Reading& reading) const override {
    const std::string* given = scalar_text(node, reading, *this, false);
    if (given == nullptr) return std::nullopt;
    const auto name = wire::parse_name(*given);
    if (name) return wire::to_text(name->to_lower());
    reading.report(ConfigError::bad_value, node.position,
                   "is " + shown(*given) + "; expected " + rule() + " (" +
                       std::string(wire::describe(name.error())) + ")");
    return std::nullopt;
  }
  std::string text_of(const std::string& value) const override { return double_quoted(value); }
  std::string schema() const override { return R"("type": "string", "minLength": 1)"; }
  std::string rule() const override { return "a domain name"; }
};

class Address final : public ValueTypeOf<wire::IpAddress> {
 public:
  std::optional<wire::IpAddress> parse(const Node& node, const Reading& reading) const override {
    const std::string* given = scalar_text(node, reading, *this, false);
    if (given == nullptr) return std::nullopt;
    const auto address = wire::IpAddress::parse(*given);
    if (!address) {
      reading.report(ConfigError::bad_value, node.position,
                     "is " + shown(*given) + "; expected " + rule());
    }
    return address;
  }
  std::string text_of(const wire::IpAddress& value) const override {
    return double_quoted(value.to_text());
  }
  std::string schema() const override {
    return R"("type": "string", "pattern": "^)" + std::string(address_pattern) + R"($")";
  }
  std::string rule() const override { return "an IPv4 or IPv6 address"; }
};

class ServerEndpoint final : public ValueTypeOf<wire::Endpoint> {
 public:
  std::optional<wire::Endpoint> parse(const Node& node, const Reading& reading) const override {
    const std::string* given = scalar_text(node, reading, *this, false);
    if (given == nullptr) return std::nullopt;
    const std::size_t at = given->find('@');
    const auto address = wire::IpAddress::parse(std::string_view(*given).substr(0, at));
    const auto port_number =
        at == std::string::npos ? std::uint16_t{53} : parse_port(given->substr(at + 1));
    if (!address || port_number == 0) {
      reading.report(ConfigError::bad_value, node.position,
                     "is " + shown(*given) + "; expected " + rule());
      return std::nullopt;
    }
    wire::Endpoint value;
    value.address = *address;
    value.port = port_number;
    return value;
  }
  std::string text_of(const wire::Endpoint& value) const override {
    return double_quoted(value.port == 53 ? value.address.to_text() : value.to_text());
  }
  std::string schema() const override {
    return R"("type": "string", "pattern": "^)" + std::string(address_pattern) +
           R"((@[0-9]{1,5})?$")";
  }
  std::string rule() const override { return "ADDRESS or ADDRESS@PORT"; }

 private:
  // 0 if it is no port number.
  static std::uint16_t parse_port(const std::string& digits) {
    if (digits.empty() || digits.size() > 5) return 0;
    std::uint32_t value = 0;
    for (const char c : digits) {
      if (c < '0' || c > '9') return 0;
      value = value * 10 + static_cast<std::uint32_t>(c - '0');
    }
    return value > 65535 ? std::uint16_t{0} : static_cast<std::uint16_t>(value);
  }
};

// The IPv4 block that a block of IPv4-mapped addresses (RFC 4291 §2.5.5.2) stands for.
std::optional<wire::IpPrefix> unmapped(const wire::IpPrefix& prefix) {
  constexpr unsigned mapped_bits = 96;
  static const auto mapped = wire::IpPrefix::parse("::ffff:0.0.0.0/96").value();
  if (!prefix.address.is_v6() || prefix.length < mapped_bits) return std::nullopt;
  if (!mapped.contains(prefix.address)) return std::nullopt;
  return wire::IpPrefix{wire::IpAddress::v4(prefix.address.octets().last<4>()),
                        static_cast<std::uint8_t>(prefix.length - mapped_bits)};
}

class Prefix : public ValueTypeOf<wire::IpPrefix> {
 public:
  std::optional<wire::IpPrefix> parse(const Node& node, const Reading& reading) const override {
    const std::string* given = scalar_text(node, reading, *this, false);
    if (given == nullptr) return std::nullopt;
    const auto prefix = wire::IpPrefix::parse(*given);
    if (!prefix) {
      reading.report(ConfigError::bad_value, node.position,
                     "is " + shown(*given) + "; expected " + rule());
      return std::nullopt;
    }
    // wire clears the bits behind the length; somebody who wrote them meant something else.
    const auto written =
        wire::IpAddress::parse(std::string_view(*given).substr(0, given->find('/')));
    if (written == prefix->address) return prefix;
    reading.report(ConfigError::bad_value, node.position,
                   "is " + shown(*given) + ", which has bits set behind the length; did you mean " +
                       text_of(*prefix) + "?");
    return std::nullopt;
  }
  std::string text_of(const wire::IpPrefix& value) const override {
    return double_quoted(value.to_text());
  }
  std::string schema() const override {
    return R"("type": "string", "pattern": "^)" + std::string(address_pattern) +
           R"((/[0-9]{1,3})?$")";
  }
  std::string rule() const override { return "an address prefix such as 192.0.2.0/24"; }
};

// A client is known by its IPv4 address whatever socket it came over, so that a block of mapped
// addresses would hold nobody.
class ClientPrefix final : public Prefix {
 public:
  std::optional<wire::IpPrefix> parse(const Node& node, const Reading& reading) const override {
    const auto prefix = Prefix::parse(node, reading);
    const auto meant = prefix ? unmapped(*prefix) : std::nullopt;
    if (!meant) return prefix;
    reading.report(ConfigError::bad_value, node.position,
                   "is " + text_of(*prefix) +
                       ", but clients over IPv4 have IPv4 addresses here; did you mean " +
                       text_of(*meant) + "?");
    return std::nullopt;
  }
};

}  // namespace

TypePointer<std::string> domain_name() {
  return std::make_shared<DomainName>();
}
TypePointer<wire::IpAddress> ip_address() {
  return std::make_shared<Address>();
}
TypePointer<wire::Endpoint> endpoint() {
  return std::make_shared<ServerEndpoint>();
}
TypePointer<wire::IpPrefix> ip_prefix() {
  return std::make_shared<Prefix>();
}
TypePointer<wire::IpPrefix> client_prefix() {
  return std::make_shared<ClientPrefix>();
}

}  // namespace godwit::conf
