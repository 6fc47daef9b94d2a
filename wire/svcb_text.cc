#include "wire/svcb_text.h"

#include <algorithm>
#include <optional>

#include "wire/ip_address.h"
#include "wire/svcb.h"
#include "wire/text_encoding.h"
#include "wire/text_escape.h"
#include "wire/text_number.h"

namespace godwit::wire {
namespace {

using Octets = std::vector<std::uint8_t>;

struct KeyName {
  SvcKey key;
  std::string_view text;
};

constexpr KeyName key_names[] = {
    {SvcKey::mandatory, "mandatory"},
    {SvcKey::alpn, "alpn"},
    {SvcKey::no_default_alpn, "no-default-alpn"},
    {SvcKey::port, "port"},
    {SvcKey::ipv4hint, "ipv4hint"},
    {SvcKey::ech, "ech"},
    {SvcKey::ipv6hint, "ipv6hint"},
    {SvcKey::dohpath, "dohpath"},
    {SvcKey::ohttp, "ohttp"},
};

constexpr std::string_view generic_prefix = "key";

struct OwnedParam {
  std::uint16_t key;
  Octets value;
};

void append_key(std::string& out, SvcKey key) {
  for (const KeyName& entry : key_names) {
    if (entry.key == key) {
      out += entry.text;
      return;
    }
  }
  out += generic_prefix;
  out += std::to_string(static_cast<std::uint16_t>(key));
}

// "key7" is the generic spelling of a key that has a name; its value is then taken as octets
// (§2.1).
struct ParsedKey {
  SvcKey key;
  bool is_generic;
};

std::optional<ParsedKey> parse_key(std::string_view text) noexcept {
  for (const KeyName& entry : key_names)
    if (entry.text == text) return ParsedKey{entry.key, false};
  if (!text.starts_with(generic_prefix)) return std::nullopt;
  const std::string_view digits = text.substr(generic_prefix.size());
  if (digits.size() > 1 && digits.front() == '0') return std::nullopt;
  const auto number = parse_number(digits, 0xffff);
  if (!number) return std::nullopt;
  return ParsedKey{static_cast<SvcKey>(*number), true};
}

// A list's items are escaped for the list (',' and '\'), and the list for the quoted string.
void append_alpn(std::string& out, Bytes value) {
  Octets list;
  while (!value.empty()) {
    if (!list.empty()) list.push_back(',');
    for (const std::uint8_t octet : value.subspan(1, value[0])) {
      if (octet == ',' || octet == '\\') list.push_back('\\');
      list.push_back(octet);
    }
    value = value.subspan(std::size_t{1} + value[0]);
  }
  append_quoted(out, list);
}

void append_addresses(std::string& out, Bytes value, std::size_t octets) {
  for (bool first = true; !value.empty(); first = false, value = value.subspan(octets)) {
    if (!first) out += ',';
    out += (octets == 4 ? IpAddress::v4(value.first<4>()) : IpAddress::v6(value.first<16>()))
               .to_text();
  }
}

void append_mandatory(std::string& out, Bytes value) {
  for (bool first = true; !value.empty(); first = false, value = value.subspan(2)) {
    if (!first) out += ',';
    append_key(out, static_cast<SvcKey>(load_u16(value.data())));
  }
}

void append_param(std::string& out, const SvcParam& param) {
  append_key(out, param.key);
  if (param.value.empty()) return;
  out += '=';
  switch (param.key) {
    case SvcKey::mandatory:
      return append_mandatory(out, param.value);
    case SvcKey::alpn:
      return append_alpn(out, param.value);
    case SvcKey::port:
      out += std::to_string(load_u16(param.value.data()));
      return;
    case SvcKey::ipv4hint:
      return append_addresses(out, param.value, 4);
    case SvcKey::ipv6hint:
      return append_addresses(out, param.value, 16);
    case SvcKey::ech:
      return append_base64(out, param.value);
    default:
      return append_quoted(out, param.value);
  }
}

// Appendix A.1: commas separate, "\," and "\\" stand for the octet itself; no item is empty.
std::optional<std::vector<Octets>> split_list(const Octets& value) {
  std::vector<Octets> items(1);
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == ',') {
      items.emplace_back();
      continue;
    }
    if (value[i] == '\\' && ++i == value.size()) return std::nullopt;
    items.back().push_back(value[i]);
  }
  for (const Octets& item : items)
    if (item.empty()) return std::nullopt;
  return items;
}

std::string_view as_text(const Octets& octets) noexcept {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

void append_u16(Octets& out, std::uint16_t value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8));
  out.push_back(static_cast<std::uint8_t>(value));
}

std::optional<Octets> read_alpn(const std::vector<Octets>& items) {
  Octets out;
  for (const Octets& item : items) {
    if (item.size() > 255) return std::nullopt;
    out.push_back(static_cast<std::uint8_t>(item.size()));
    out.insert(out.end(), item.begin(), item.end());
  }
  return out;
}

std::optional<Octets> read_addresses(const std::vector<Octets>& items, bool is_v4) {
  Octets out;
  for (const Octets& item : items) {
    const auto address = IpAddress::parse(as_text(item));
    if (!address || address->is_v4() != is_v4) return std::nullopt;
    const Bytes octets = address->octets();
    out.insert(out.end(), octets.begin(), octets.end());
  }
  return out;
}

std::optional<Octets> read_mandatory(const std::vector<Octets>& items) {
  std::vector<std::uint16_t> keys;
  for (const Octets& item : items) {
    const auto parsed = parse_key(as_text(item));
    if (!parsed) return std::nullopt;
    keys.push_back(static_cast<std::uint16_t>(parsed->key));
  }
  std::sort(keys.begin(), keys.end());
  Octets out;
  for (const std::uint16_t key : keys) append_u16(out, key);
  return out;
}

std::optional<Octets> read_port(const Octets& value) {
  const auto port = parse_number(as_text(value), 0xffff);
  if (!port) return std::nullopt;
  Octets out;
  append_u16(out, static_cast<std::uint16_t>(*port));
  return out;
}

std::optional<Octets> read_value(SvcKey key, const Octets& value) {
  switch (key) {
    case SvcKey::port:
      return read_port(value);
    case SvcKey::ech: {
      Octets out;
      if (!decode_base64(as_text(value), out)) return std::nullopt;
      return out;
    }
    case SvcKey::mandatory:
    case SvcKey::alpn:
    case SvcKey::ipv4hint:
    case SvcKey::ipv6hint: {
      const auto items = split_list(value);
      if (!items) return std::nullopt;
      if (key == SvcKey::mandatory) return read_mandatory(*items);
      if (key == SvcKey::alpn) return read_alpn(*items);
      return read_addresses(*items, key == SvcKey::ipv4hint);
    }
    default:
      return value;
  }
}

Result<OwnedParam> parse_param(const TextToken& token) {
  if (token.quoted) return WireError::bad_text;
  const std::size_t equals = token.text.find('=');
  const auto key = parse_key(token.text.substr(0, equals));
  if (!key) return WireError::bad_text;
  Octets value;
  if (equals != std::string_view::npos) {
    TextToken value_token{token.text.substr(equals + 1), false};
    if (value_token.text.size() >= 2 && value_token.text.front() == '"')
      value_token = {value_token.text.substr(1, value_token.text.size() - 2), true};
    auto octets = token_octets(value_token);
    if (!octets) return octets.error();
    value = std::move(*octets);
  }
  if (!key->is_generic) {
    auto read = read_value(key->key, value);
    if (!read) return WireError::bad_text;
    value = std::move(*read);
  }
  if (value.size() > 0xffff) return WireError::bad_text;
  return OwnedParam{static_cast<std::uint16_t>(key->key), std::move(value)};
}

}  // namespace

void append_svc_params(std::string& out, std::span<const std::uint8_t> params) {
  SvcParamReader reader(params);
  bool first = true;
  while (const auto param = reader.next()) {
    if (!first) out += ' ';
    first = false;
    append_param(out, *param);
  }
}

Result<void> parse_svc_params(std::span<const TextToken> tokens, std::vector<std::uint8_t>& out) {
  std::vector<OwnedParam> params;
  for (const TextToken& token : tokens) {
    auto param = parse_param(token);
    if (!param) return param.error();
    params.push_back(std::move(*param));
  }
  std::sort(params.begin(), params.end(),
            [](const OwnedParam& a, const OwnedParam& b) { return a.key < b.key; });
  for (std::size_t i = 0; i < params.size(); ++i) {
    if (i > 0 && params[i].key == params[i - 1].key) return WireError::bad_text;
    append_u16(out, params[i].key);
    append_u16(out, static_cast<std::uint16_t>(params[i].value.size()));
    out.insert(out.end(), params[i].value.begin(), params[i].value.end());
  }
  return {};
}

}  // namespace godwit::wire
