#include "daemon/rebinding.h"

#include <algorithm>

#include "local/local_data.h"
#include "wire/name_view.h"
#include "wire/svcb.h"

namespace godwit::daemon {

using wire::RrType;

namespace {

// The IPv4 address that an IPv6 one stands for: mapped (RFC 4291 §2.5.5.2), or through the
// well-known prefix of translators (RFC 6052 §2.1).
std::optional<wire::IpAddress> v4_inside(const wire::IpAddress& address) noexcept {
  constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255};
  constexpr std::array<std::uint8_t, 12> translated{0, 0x64, 0xff, 0x9b};
  const wire::Bytes octets = address.octets();
  if (address.is_v4()) return std::nullopt;
  const wire::Bytes begin = octets.first(12);
  if (!std::ranges::equal(begin, mapped) && !std::ranges::equal(begin, translated))
    return std::nullopt;
  return wire::IpAddress::v4(octets.subspan(12).first<4>());
}

// Where the parameters of an SVCB record begin: behind its priority and its target.
wire::Bytes params_of(wire::Bytes rdata) noexcept {
  std::size_t at = 2;
  while (at < rdata.size() && rdata[at] != 0) at += 1u + rdata[at];
  return at < rdata.size() ? rdata.subspan(at + 1) : wire::Bytes();
}

}  // namespace

Rebinding::Rebinding(const std::vector<wire::IpPrefix>& private_addresses,
                     std::vector<wire::Name> allowed)
    : allowed_(std::move(allowed)) {
  for (const auto& prefix : private_addresses) (void)private_.add(prefix, 0);
}

bool Rebinding::allows(const wire::Name& qname) const noexcept {
  return std::ranges::any_of(
      allowed_, [&qname](const wire::Name& name) { return qname.is_at_or_below(name); });
}

bool Rebinding::is_private(const wire::IpAddress& address) const noexcept {
  if (private_.find(address)) return true;
  const auto inside = v4_inside(address);
  return inside && private_.find(*inside).has_value();
}

bool Rebinding::is_private_record(RrType type, wire::Bytes rdata) const noexcept {
  if (type == RrType::a)
    return rdata.size() == 4 && is_private(wire::IpAddress::v4(rdata.first<4>()));
  if (type == RrType::aaaa)
    return rdata.size() == 16 && is_private(wire::IpAddress::v6(rdata.first<16>()));
  if (type != RrType::svcb && type != RrType::https) return false;
  wire::SvcParamReader params(params_of(rdata));
  while (const auto param = params.next()) {
    wire::Bytes value = param->value;
    const bool is_v4 = param->key == wire::SvcKey::ipv4hint;
    if (!is_v4 && param->key != wire::SvcKey::ipv6hint) continue;
    for (const std::size_t size = is_v4 ? 4 : 16; value.size() >= size;
         value = value.subspan(size)) {
      const auto address =
          is_v4 ? wire::IpAddress::v4(value.first<4>()) : wire::IpAddress::v6(value.first<16>());
      if (is_private(address)) return true;
    }
  }
  return false;
}

bool Rebinding::withhold(const iterator::Question& question, iterator::Answer& answer) const {
  bool has_changed = false;
  for (auto& part : answer.answer) {
    const RrType type = part.set->type();
    const auto is_bad = [&](wire::Bytes rdata) { return is_private_record(type, rdata); };
    if (std::ranges::none_of(part.set->records(), is_bad)) continue;
    has_changed = true;
    wire::RRsetBuilder builder(part.set->owner(), type);
    for (const wire::Bytes rdata : part.set->records())
      if (!is_bad(rdata)) builder.add(rdata, part.set->ttl());
    part.set = builder.build();
  }
  if (!has_changed) return false;
  std::erase_if(answer.answer, [](const auto& part) { return part.set == nullptr; });
  answer.security = cache::Security::insecure;
  const bool has_data = std::ranges::any_of(
      answer.answer, [&](const auto& part) { return part.set->type() == question.type; });
  answer.authority.clear();
  if (!has_data) {
    const auto soa = local::made_soa(question.name, 60);
    answer.authority.push_back({soa, soa->ttl()});
  }
  answer.errors.push_back(
      {wire::EdeCode::blocked, "a private address of a public name is withheld (DNS rebinding)"});
  return true;
}

}  // namespace godwit::daemon
