#include "iterator/zone_servers.h"

#include <set>

#include "tests/unit/iterator/walk_fixture.h"

namespace godwit::iterator::test {
namespace {

class ZoneServersTest : public WalkTest {
 protected:
  // example. with the server names s0.far., s1.far. and so on, each with `addresses` as glue.
  ZoneServers zone(unsigned servers, std::uint8_t addresses) {
    cache::Delegation made;
    std::vector<std::string> lines;
    for (unsigned i = 0; i < servers; ++i)
      lines.push_back("example. 3600 NS s" + std::to_string(i) + ".far.");
    made.ns = godwit::test::rrset(lines);
    for (std::uint16_t i = 0; i < servers; ++i)
      for (std::uint8_t k = 0; k < addresses; ++k) made.glue.push_back({i, v4(i, k)});
    return ZoneServers(std::make_shared<const cache::Delegation>(std::move(made)));
  }
  static wire::IpAddress v4(unsigned server, std::uint8_t host) {
    const std::array<std::uint8_t, 4> octets{192, 0, static_cast<std::uint8_t>(server), host};
    return wire::IpAddress::v4(octets);
  }
  std::vector<ServerCandidate> gather(const ZoneServers& zone,
                                      std::vector<ServerCandidate> candidates = {},
                                      AddressesOf families = AddressesOf::each_family) {
    gather_candidates(candidates, zone, named_servers(zone, walk(), families), walk());
    return candidates;
  }
  WalkContext& walk() {
    if (!walk_)
      walk_.emplace(shared, seams_, std::make_shared<const ResolverOptions>(options), counters_,
                    pace_, nullptr);
    return *walk_;
  }

 private:
  Seams seams_{clock, entropy, timers, upstream, mailbox};
  ResolverCounters counters_;
  CryptoPace pace_;
  std::optional<WalkContext> walk_;
};

TEST_F(ZoneServersTest, as_many_addresses_as_the_limit_are_all_taken) {
  EXPECT_EQ(gather(zone(5, 3)).size(), 15u);
  EXPECT_EQ(gather(zone(8, 2)).size(), 16u);
  EXPECT_EQ(gather(zone(17, 1)).size(), 16u);
}

TEST_F(ZoneServersTest, of_more_addresses_than_the_limit_every_one_is_taken_at_times) {
  const ZoneServers root = zone(13, 2);
  std::set<wire::IpAddress> seen;
  for (int i = 0; i < 100; ++i) {
    std::set<wire::IpAddress> once;
    for (const ServerCandidate& candidate : gather(root)) once.insert(candidate.server.address);
    EXPECT_EQ(once.size(), 16u);
    seen.merge(once);
  }
  EXPECT_EQ(seen.size(), 26u);
}

TEST_F(ZoneServersTest, those_that_were_gathered_before_stay) {
  const ZoneServers root = zone(13, 2);
  std::vector<ServerCandidate> before = gather(root);
  before.erase(before.begin() + 10, before.end());
  before[3].sends = 2;
  const std::vector<ServerCandidate> after = gather(root, before);
  ASSERT_EQ(after.size(), 16u);
  for (std::size_t i = 0; i < before.size(); ++i) EXPECT_EQ(after[i].server, before[i].server);
  EXPECT_EQ(after[3].sends, 2u);
}

TEST_F(ZoneServersTest, the_family_that_lives_is_taken_first) {
  ZoneServers both = zone(16, 1);
  for (std::uint32_t i = 0; i < 10; ++i) {
    std::array<std::uint8_t, 16> octets{0x20, 1, 0xd, 0xb8};
    octets[15] = static_cast<std::uint8_t>(i);
    const wire::IpAddress address = wire::IpAddress::v6(octets);
    both.found.emplace_back(name("s0.far."), address);
    caches.servers.report_rtt(address, std::chrono::milliseconds(5), clock.now());
    caches.servers.report_timeout(v4(i, 0), std::chrono::milliseconds(5), clock.now());
  }
  ASSERT_TRUE(caches.servers.family_is_down(false, clock.now()));
  unsigned v6 = 0;
  for (const ServerCandidate& candidate : gather(both)) v6 += candidate.server.address.is_v6();
  EXPECT_EQ(v6, 10u);
}

TEST_F(ZoneServersTest, glue_of_one_family_is_enough_to_begin_with) {
  caches.rrsets.store(godwit::test::rrset({"s0.far. 3600 AAAA 2001:db8::1"}),
                      cache::Trust::answer_authoritative, clock.now());
  EXPECT_EQ(gather(zone(1, 1), {}, AddressesOf::any_family).size(), 1u);
  EXPECT_EQ(gather(zone(1, 1), {}, AddressesOf::each_family).size(), 2u);
  EXPECT_EQ(gather(zone(1, 0), {}, AddressesOf::any_family).size(), 1u);
}

TEST_F(ZoneServersTest, a_family_that_is_off_has_no_addresses) {
  options.upstream_ipv6 = false;
  caches.rrsets.store(godwit::test::rrset({"s0.far. 3600 AAAA 2001:db8::1"}),
                      cache::Trust::answer_authoritative, clock.now());
  EXPECT_EQ(gather(zone(1, 1), {}, AddressesOf::each_family).size(), 1u);
}

}  // namespace
}  // namespace godwit::iterator::test
