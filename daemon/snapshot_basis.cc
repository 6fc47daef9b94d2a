#include "daemon/snapshot_basis.h"

#include <sodium.h>

#include <algorithm>

namespace godwit::daemon {
namespace {

// Items of any content, each apart from the next, hashed in an order of their own.
class Sum {
 public:
  void add(std::string_view what, std::initializer_list<wire::Bytes> parts) {
    std::vector<std::uint8_t> item(what.begin(), what.end());
    for (const wire::Bytes part : parts) {
      std::array<std::uint8_t, 4> octets{};
      wire::store_u32(octets.data(), static_cast<std::uint32_t>(part.size()));
      item.insert(item.end(), octets.begin(), octets.end());
      item.insert(item.end(), part.begin(), part.end());
    }
    items_.push_back(std::move(item));
  }
  void add(std::string_view what, std::uint64_t value) {
    std::array<std::uint8_t, 8> octets{};
    wire::store_u32(octets.data(), static_cast<std::uint32_t>(value >> 32));
    wire::store_u32(octets.data() + 4, static_cast<std::uint32_t>(value));
    add(what, {wire::Bytes(octets)});
  }
  void add(std::string_view what, wire::Bytes where, const wire::RRsetPtr& set) {
    if (!set) return;
    for (const wire::Bytes rdata : set->records()) add(what, {where, rdata});
  }
  [[nodiscard]] cache::SnapshotSum get() {
    std::ranges::sort(items_);
    cache::SnapshotSum out{};
    crypto_generichash_state state;
    crypto_generichash_init(&state, nullptr, 0, out.size());
    for (const auto& item : items_) {
      const std::uint64_t octets = item.size();
      crypto_generichash_update(&state, reinterpret_cast<const std::uint8_t*>(&octets),
                                sizeof octets);
      crypto_generichash_update(&state, item.data(), item.size());
    }
    crypto_generichash_final(&state, out.data(), out.size());
    return out;
  }

 private:
  std::vector<std::vector<std::uint8_t>> items_;
};

cache::SnapshotSum validation_sum(const iterator::ResolverOptions& options,
                                  std::int64_t wall_seconds) {
  Sum sum;
  sum.add("validates", options.anchors ? 1 : 0);
  sum.add("sha1", options.algorithms.sha1_signatures ? 1 : 0);
  sum.add("rsa-bits", options.algorithms.rsa.modulus_bits_min);
  sum.add("rsa-exponent", options.algorithms.rsa.exponent_max);
  sum.add("skew", options.signature_skew_seconds);
  sum.add("nsec3-iterations", options.validation.nsec3_iterations);
  sum.add("nsec3-iterations-max", options.validation.nsec3_iterations_max);
  if (!options.anchors) return sum.get();
  for (const auto& anchor : options.anchors->anchors()) {
    const wire::Name zone = anchor.zone.to_lower();
    sum.add("ds", zone.wire(), anchor.ds);
    sum.add("dnskey", zone.wire(), anchor.dnskeys);
  }
  for (const auto& negative : options.anchors->negative())
    if (negative.expires == 0 || negative.expires > wall_seconds)
      sum.add("negative", {negative.name.to_lower().wire()});
  return sum.get();
}

cache::SnapshotSum sources_sum(const iterator::ResolverOptions& options) {
  Sum sum;
  for (const auto& zone : options.zones) {
    const wire::Name name = zone.name.to_lower();
    for (const auto& server : zone.servers) {
      std::array<std::uint8_t, 2> port{};
      wire::store_u16(port.data(), server.port);
      sum.add(zone.forward ? "forward" : "stub", {name.wire(), server.address.octets(), port});
    }
  }
  if (options.root_hints) {
    sum.add("root", {}, options.root_hints->ns);
    for (const auto& glue : options.root_hints->glue) sum.add("root", {glue.address.octets()});
  }
  return sum.get();
}

}  // namespace

cache::SnapshotHead snapshot_basis(const iterator::ResolverOptions& options,
                                   std::int64_t wall_seconds) {
  cache::SnapshotHead out;
  out.validation = validation_sum(options, wall_seconds);
  out.sources = sources_sum(options);
  return out;
}

void BasisInTime::change(const cache::SnapshotHead& basis, cache::Time now) {
  if (last_ && last_->validation != basis.validation) validation_mixed_until_ = now + life_max_;
  if (last_ && last_->sources != basis.sources) sources_mixed_until_ = now + life_max_;
  last_ = basis;
}

cache::SnapshotHead BasisInTime::at(cache::Time now) const noexcept {
  cache::SnapshotHead out = last_.value_or(cache::SnapshotHead{});
  if (now < validation_mixed_until_) out.validation = {};
  if (now < sources_mixed_until_) out.sources = {};
  return out;
}

}  // namespace godwit::daemon
