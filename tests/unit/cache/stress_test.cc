// Every cache under readers, writers, eviction, expiry and clearing at once. Bounded by work, not
// by time; meant for ThreadSanitizer, and checks what may be checked while all is in motion.
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "cache/delegation_cache.h"
#include "cache/failure_cache.h"
#include "cache/negative_cache.h"
#include "cache/proven_denials.h"
#include "cache/rrset_cache.h"
#include "cache/server_table.h"
#include "tests/unit/cache/support.h"

namespace godwit::cache {
namespace {

using testing::name;
using wire::RrType;

constexpr int steps_per_thread = 8'000;
constexpr unsigned names_count = 4000;
constexpr std::size_t limit = 256 << 10;  // well below what the names would need

struct World {
  RRsetCache rrsets{testing::test_hash(), {.octets_max = limit}};
  NegativeCache negatives{testing::test_hash(), {.octets_max = limit}};
  DelegationCache delegations{testing::test_hash(), {.octets_max = limit}};
  ServerTable servers{testing::test_hash(), {.octets_max = limit}};
  FailureCache failures{testing::test_hash(), {.octets_max = limit}};
  ProvenDenials denials{testing::test_hash(), {.octets_max = limit, .sets_per_zone_max = 100}};
  std::vector<wire::Name> names;
  wire::RRsetPtr soa = testing::make_soa(name("test"), 30, 30);
  std::atomic<int> ticks{0};  // milliseconds; moved on by whoever works

  World() {
    for (unsigned i = 0; i < names_count; ++i)
      names.push_back(name("n" + std::to_string(i) + ".zone" + std::to_string(i % 50) + ".test"));
  }
  // Small numbers more often, as names are asked.
  const wire::Name& pick(std::mt19937& random) const {
    const std::size_t below = 1 + random() % names_count;
    return names[random() % below];
  }
  Time now() { return testing::at(0) + std::chrono::milliseconds(5 * ++ticks); }
};

void write(World& world, std::mt19937& random) {
  const wire::Name& owner = world.pick(random);
  const Time now = world.now();
  const auto ttl = static_cast<std::uint32_t>(random() % 20);
  const auto trust = static_cast<Trust>(random() % 5);
  world.rrsets.store(testing::make_set(owner, RrType::a, ttl, 1 + random() % 3), trust, now);
  if (random() % 4 == 0) world.negatives.store_nxdomain(owner, world.soa, now);
  if (random() % 4 == 0) world.negatives.store_nodata(owner, RrType::mx, world.soa, now);
  if (random() % 4 == 0) world.failures.store(owner, RrType::a, 1, now);
  Delegation delegation;
  delegation.ns = testing::make_ns(owner.parent(), ttl);
  world.delegations.store(std::move(delegation), now);
}

void read(World& world, std::mt19937& random) {
  const wire::Name& owner = world.pick(random);
  const Time now = world.now();
  if (const auto found = world.rrsets.find(owner, RrType::a, now)) {
    EXPECT_EQ(found->set->owner(), owner);
    EXPECT_GT(found->ttl_left, 0u);
  }
  if (const auto denied = world.negatives.find(owner, RrType::mx, now)) {
    EXPECT_TRUE(owner.is_at_or_below(denied->owner));
  }
  if (const auto failed = world.failures.find(owner, RrType::a, now)) {
    EXPECT_EQ(failed->reason, 1u);
  }
  if (const auto cut = world.delegations.closest(owner, now)) {
    EXPECT_TRUE(owner.is_at_or_below(cut->cut()));
    EXPECT_GT(cut->expires, now);
  }
}

OwnerHash owner_hash_of(const wire::Name& owner) {
  OwnerHash hash{};
  std::copy_n(owner.wire().begin(), 5, hash.begin());
  return hash;
}

void deny(World& world, std::mt19937& random) {
  const wire::Name& owner = world.pick(random);
  const wire::Name zone = owner.parent();
  const Time now = world.now();
  const Time expires = now + Seconds(random() % 20);
  if (random() % 4 == 0)
    world.denials.store_soa(zone, {testing::make_soa(zone, 30, 30), expires}, now);
  if (random() % 2 == 0)
    world.denials.store_nsec(zone, {testing::make_set(owner, RrType::nsec, 20, 1, 40), expires},
                             now);
  else  // now and then with other parameters
    world.denials.store_nsec3(
        zone, owner_hash_of(owner),
        {testing::make_set(owner, RrType::nsec3, 20, 1, 40, random() % 50 == 0 ? 1 : 0), expires},
        now);
  if (const auto known = world.denials.closest_zone(owner, now)) {
    EXPECT_TRUE(owner.is_at_or_below(known->apex));
    EXPECT_GT(known->soa.expires, now);
  }
  if (const auto proven = world.denials.nsec_at_or_before(zone, owner, now)) {
    EXPECT_LE(proven->set->owner(), owner);
    EXPECT_GT(proven->expires, now);
  }
  if (const auto proven = world.denials.nsec3_at_or_before(zone, owner_hash_of(owner), now)) {
    EXPECT_EQ(proven->set->owner().parent(), zone);
  }
}

void talk(World& world, std::mt19937& random) {
  const auto number = static_cast<std::uint32_t>(random() % 3000);
  const wire::IpAddress server = random() % 2 ? testing::v4(number) : testing::v6(number);
  const Time now = world.now();
  const auto spent = std::chrono::milliseconds(random() % 500);
  switch (random() % 8) {
    case 0:
      world.servers.report_timeout(server, spent, now);
      break;
    case 1:
      world.servers.report_unreachable(server, spent, now);
      break;
    case 2:
      world.servers.report_lame(server, world.pick(random), now);
      break;
    case 3:
      world.servers.report_edns(server, EdnsAbility::fails, now);
      break;
    case 4:
      world.servers.store_cookie(server, {}, now);
      break;
    default:
      world.servers.report_rtt(server, spent, now);
  }
  const ServerState state = world.servers.find(server, now);
  EXPECT_LE(world.servers.timeout_of(state), std::chrono::seconds(3));
  (void)world.servers.is_lame(server, world.pick(random), now);
  (void)world.servers.family_is_down(server.is_v6(), now);
}

void administer(World& world, std::mt19937& random) {
  const wire::Name& owner = world.pick(random);
  world.rrsets.erase(owner, RrType::a);
  world.negatives.erase(owner, RrType::a);
  world.delegations.erase(owner.parent());
  world.failures.erase(owner, RrType::a);
  if (random() % 20 == 0) world.denials.erase(owner.parent());
  EXPECT_LE(world.rrsets.use().octets, limit);
  EXPECT_LE(world.negatives.use().octets, limit);
  EXPECT_LE(world.delegations.use().octets, limit);
  EXPECT_LE(world.servers.use().octets, limit);
  EXPECT_LE(world.failures.use().octets, limit);
  EXPECT_LE(world.denials.use().octets, limit);
  if (random() % 100 == 0) {
    const Time now = world.now();
    for (const auto& cached : world.rrsets.snapshot(now)) EXPECT_GT(cached.ttl_left, 0u);
    for (const auto& cached : world.negatives.snapshot(now)) EXPECT_EQ(cached.soa, world.soa);
    for (const auto& cached : world.delegations.snapshot(now)) EXPECT_GT(cached->expires, now);
  }
  if (random() % 1000 == 0) world.rrsets.clear();
  if (random() % 1000 == 0) world.denials.clear();
}

TEST(CacheStress, readers_writers_eviction_and_expiry_at_once) {
  World world;
  std::vector<std::thread> threads;
  const auto run = [&](void (*work)(World&, std::mt19937&), unsigned seed) {
    threads.emplace_back([&world, work, seed] {
      std::mt19937 random(seed);
      for (int i = 0; i < steps_per_thread; ++i) work(world, random);
    });
  };
  run(write, 1);
  run(write, 2);
  run(read, 3);
  run(read, 4);
  run(talk, 5);
  run(talk, 6);
  run(administer, 7);
  run(deny, 8);
  run(deny, 9);
  for (std::thread& thread : threads) thread.join();

  world.rrsets.clear();
  world.negatives.clear();
  world.delegations.clear();
  world.servers.clear();
  world.failures.clear();
  world.denials.clear();
  EXPECT_EQ(world.rrsets.use().entries + world.negatives.use().entries +
                world.delegations.use().entries + world.servers.use().entries +
                world.failures.use().entries + world.denials.use().entries,
            0u);
}

}  // namespace
}  // namespace godwit::cache
