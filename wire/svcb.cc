#include "wire/svcb.h"

namespace godwit::wire {
namespace {

// One or more identifiers, each a length octet that is not zero and its octets (§7.1.1).
bool is_alpn(Bytes value) noexcept {
  if (value.empty()) return false;
  while (!value.empty()) {
    if (value[0] == 0 || value.size() - 1 < value[0]) return false;
    value = value.subspan(std::size_t{1} + value[0]);
  }
  return true;
}

bool is_list_of(std::size_t item_octets, Bytes value) noexcept {
  return !value.empty() && value.size() % item_octets == 0;
}

// Both lists ascend, so one pass over the parameters that follow meets every listed key in turn.
// A list that names `mandatory` itself cannot be met, as that key is behind.
bool lists_present_keys(Bytes list, SvcParamReader params) noexcept {
  if (!is_list_of(2, list)) return false;
  int last_key = -1;
  for (; !list.empty(); list = list.subspan(2)) {
    const std::uint16_t key = load_u16(list.data());
    if (key <= last_key) return false;
    last_key = key;
    std::optional<SvcParam> param;
    do {
      param = params.next();
      if (!param) return false;
    } while (static_cast<std::uint16_t>(param->key) < key);
    if (static_cast<std::uint16_t>(param->key) != key) return false;
  }
  return true;
}

bool is_value_of(const SvcParam& param, const SvcParamReader& following) noexcept {
  switch (param.key) {
    case SvcKey::mandatory:
      return lists_present_keys(param.value, following);
    case SvcKey::alpn:
      return is_alpn(param.value);
    case SvcKey::no_default_alpn:
    case SvcKey::ohttp:
      return param.value.empty();
    case SvcKey::port:
      return param.value.size() == 2;
    case SvcKey::ipv4hint:
      return is_list_of(4, param.value);
    case SvcKey::ipv6hint:
      return is_list_of(16, param.value);
    case SvcKey::ech:
    case SvcKey::dohpath:
      return true;
  }
  return true;
}

}  // namespace

std::optional<SvcParam> SvcParamReader::next() noexcept {
  if (reader_.at_end()) return std::nullopt;
  const auto key = static_cast<SvcKey>(reader_.u16());
  const std::uint16_t octets = reader_.u16();
  const Bytes value = reader_.bytes(octets);
  if (!reader_.ok()) return std::nullopt;
  return SvcParam{key, value};
}

bool is_valid_svc_params(Bytes params) noexcept {
  SvcParamReader reader(params);
  int last_key = -1;
  while (const auto param = reader.next()) {
    const auto key = static_cast<std::uint16_t>(param->key);
    if (key <= last_key || !is_value_of(*param, reader)) return false;
    last_key = key;
  }
  return reader.ok();
}

}  // namespace godwit::wire
