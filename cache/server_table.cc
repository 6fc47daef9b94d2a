#include "cache/server_table.h"

#include <algorithm>
#include <array>
#include <atomic>

#include "cache/family_health.h"
#include "cache/lame_groups.h"
#include "cache/packed_name.h"
#include "cache/server_row.h"
#include "cache/sharded_table.h"

namespace godwit::cache {
namespace {

// Nearly always enough for a segment, so that no heap is asked for behind a lock.
constexpr std::size_t rows_in_part = 256;

struct LameEntry : Slot {
  wire::IpAddress server;
  PackedName zone;

  [[nodiscard]] std::size_t payload_octets() const noexcept { return zone.memory_octets(); }
};

// FamilyHealth, whose verdicts are read for each question and change hardly ever.
class SharedHealth {
 public:
  [[nodiscard]] bool is_down(bool v6, Time now) const noexcept {
    return now.time_since_epoch().count() < down_until_[v6].load(std::memory_order_relaxed);
  }
  void heard(bool v6, Time now) noexcept {
    publish(v6, [&](FamilyHealth& h) { h.heard(v6, now); });
  }
  void failed(bool v6, Time now) noexcept {
    publish(v6, [&](FamilyHealth& h) { h.failed(v6, now); });
  }
  [[nodiscard]] std::uint32_t streak(bool v6) noexcept { return health_.lock()->streak(v6); }
  void clear() noexcept {
    for (const bool v6 : {false, true}) publish(v6, [](FamilyHealth& h) { h = FamilyHealth(); });
  }

 private:
  template <class Change>
  void publish(bool v6, Change&& change) noexcept {
    const auto health = health_.lock();
    change(*health);
    down_until_[v6].store(health->down_until(v6).time_since_epoch().count(),
                          std::memory_order_relaxed);
  }
  Guarded<FamilyHealth> health_;
  std::array<std::atomic<Duration::rep>, 2> down_until_{Time::min().time_since_epoch().count(),
                                                        Time::min().time_since_epoch().count()};
};

}  // namespace

struct ServerTable::Impl {
  Impl(const KeyedHash& keyed_hash, const ServerTableOptions& limits)
      : hash(keyed_hash),
        options(limits),
        rows(limits.octets_max - limits.octets_max / 4 -
             std::min(sizeof(LameGroups), limits.octets_max / 4)),
        lame(limits.octets_max / 4) {}

  [[nodiscard]] static auto same(const wire::IpAddress& server) noexcept {
    return [&server](const ServerRow& row) { return row.address == server; };
  }
  // Changes the server's row, which is made if it is missing or forgotten.
  template <class Change>
  void update(const wire::IpAddress& server, Time now, Change&& change) {
    const std::uint64_t key = hash(server);
    const auto shard = rows.lock(key);
    ServerRow* row = shard->find(key, same(server));
    if (!row || row->expires <= now) row = shard->put(key, ServerRow(server), same(server), now);
    if (!row) return;
    row->expires = now + options.forget_after;
    row->touch();
    change(*row);
  }
  // A failure that `change` reports counts once a streak for the server's family.
  template <class Change>
  void update_failed(const wire::IpAddress& server, Time now, Change&& change) {
    const std::uint32_t streak = health.streak(server.is_v6());
    bool is_news = false;
    update(server, now, [&](ServerRow& row) {
      if (!change(row) || row.failed_streak == streak) return;
      row.failed_streak = streak;
      is_news = true;
    });
    if (is_news) health.failed(server.is_v6(), now);
  }

  [[nodiscard]] std::uint64_t lame_key(const wire::IpAddress& server,
                                       const wire::Name& zone) const noexcept {
    return hash(server) ^ hash.owner(zone.wire());
  }
  [[nodiscard]] static auto same_lame(const wire::IpAddress& server,
                                      const wire::Name& zone) noexcept {
    return [&server, &zone](const LameEntry& entry) {
      return entry.server == server && entry.zone.is(zone);
    };
  }

  KeyedHash hash;
  ServerTableOptions options;
  ShardedTable<ServerRow> rows;
  ShardedTable<LameEntry> lame;
  LameGroups lame_groups;
  SharedHealth health;
};

ServerTable::ServerTable(const KeyedHash& hash, const ServerTableOptions& options)
    : impl_(std::make_unique<Impl>(hash, options)) {}
ServerTable::~ServerTable() = default;

ServerState ServerTable::find(const wire::IpAddress& server, Time now) const {
  const std::uint64_t key = impl_->hash(server);
  const auto shard = impl_->rows.lock(key);
  ServerRow* row = shard->find(key, Impl::same(server));
  if (!row || row->expires <= now) return {};
  row->touch();
  return row->state(now);
}

Duration ServerTable::timeout_of(const ServerState& state) const noexcept {
  return cache::timeout_of(state, impl_->options);
}

Duration ServerTable::timeout_without_losses(const ServerState& state) const noexcept {
  return cache::timeout_without_losses(state, impl_->options);
}

void ServerTable::report_rtt(const wire::IpAddress& server, Duration rtt, Time now) {
  impl_->update(server, now, [&](ServerRow& row) { row.response(rtt, now); });
  impl_->health.heard(server.is_v6(), now);
}

void ServerTable::report_timeout(const wire::IpAddress& server, Duration waited, Time now) {
  impl_->update_failed(server, now,
                       [&](ServerRow& row) { return row.timeout(waited, now, impl_->options); });
}

void ServerTable::report_unreachable(const wire::IpAddress& server, Duration waited, Time now) {
  impl_->update_failed(
      server, now, [&](ServerRow& row) { return row.unreachable(waited, now, impl_->options); });
}

void ServerTable::report_tcp_works(const wire::IpAddress& server, Time now) {
  impl_->update(server, now, [&](ServerRow& row) { row.tcp_works(now, impl_->options); });
  impl_->health.heard(server.is_v6(), now);
}

void ServerTable::report_edns(const wire::IpAddress& server, EdnsAbility ability, Time now) {
  impl_->update(server, now, [&](ServerRow& row) { row.edns(ability, now, impl_->options); });
}

void ServerTable::store_cookie(const wire::IpAddress& server, const wire::Cookie& cookie,
                               Time now) {
  impl_->update(server, now, [&](ServerRow& row) { row.cookie(cookie, now, impl_->options); });
}

void ServerTable::forget_cookie(const wire::IpAddress& server, const wire::Cookie& cookie,
                                Time now) {
  const std::uint64_t key = impl_->hash(server);
  const auto shard = impl_->rows.lock(key);
  ServerRow* row = shard->find(key, Impl::same(server));
  if (row && row->expires > now) row->forget_cookie(cookie);
}

void ServerTable::report_lame(const wire::IpAddress& server, const wire::Name& zone, Time now) {
  const Time until = now + impl_->options.lame_for;
  LameEntry entry;
  entry.expires = until;
  entry.server = server;
  entry.zone = PackedName(zone);
  const std::uint64_t key = impl_->lame_key(server, zone);
  impl_->lame.lock(key)->put(key, std::move(entry), Impl::same_lame(server, zone), now);
  impl_->lame_groups.add(server, until);
}

bool ServerTable::is_lame(const wire::IpAddress& server, const wire::Name& zone, Time now) const {
  if (!impl_->lame_groups.may_have(server, now)) return false;
  const std::uint64_t key = impl_->lame_key(server, zone);
  const auto shard = impl_->lame.lock(key);
  LameEntry* entry = shard->find(key, Impl::same_lame(server, zone));
  if (!entry || entry->expires <= now) return false;
  entry->touch();
  return true;
}

bool ServerTable::family_is_down(bool v6, Time now) const {
  return impl_->health.is_down(v6, now);
}

std::optional<KnownServer> ServerTable::look_at(const wire::IpAddress& server, Time now) const {
  const std::uint64_t key = impl_->hash(server);
  const auto shard = impl_->rows.lock(key);
  const ServerRow* row = shard->find(key, Impl::same(server));
  if (!row || row->expires <= now) return std::nullopt;
  return row->shown(now);
}

bool ServerTable::visit_part(TablePlace& place, Time now, std::vector<KnownServer>& out) const {
  out.reserve(out.size() + rows_in_part);
  return impl_->rows.visit_part(place, [&out, now](const ServerRow& row) {
    if (row.expires > now) out.push_back(row.shown(now));
  });
}

bool ServerTable::visit_part(TablePlace& place, Time now, std::vector<LameServer>& out) const {
  out.reserve(out.size() + rows_in_part);
  return impl_->lame.visit_part(place, [&out, now](const LameEntry& entry) {
    if (entry.expires > now) out.push_back({entry.server, entry.zone.name(), entry.expires});
  });
}

void ServerTable::clear() {
  impl_->rows.clear();
  impl_->lame.clear();
  impl_->health.clear();
}

CacheUse ServerTable::use() const {
  CacheUse use = impl_->rows.use();
  use += impl_->lame.use();
  use.octets += sizeof(LameGroups);
  return use;
}

}  // namespace godwit::cache
