#include "iterator/budget.h"

#include <gtest/gtest.h>

#include "iterator/alias_chain.h"
#include "tests/support/message_text.h"

namespace godwit::iterator {
namespace {

using namespace std::chrono_literals;

TEST(Budget, packets_run_out_at_the_limit_and_never_come_back) {
  Limits limits;
  limits.upstream_packets = 3;
  Budget budget(limits, cache::Time(0s));
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(budget.has_packets());
    EXPECT_TRUE(budget.spend_packet());
  }
  EXPECT_FALSE(budget.has_packets());
  EXPECT_FALSE(budget.spend_packet());
  EXPECT_EQ(budget.packets_spent(), 3u);
}

TEST(Budget, octets_may_reach_the_limit_and_not_pass_it) {
  Limits limits;
  limits.upstream_octets = 1000;
  Budget budget(limits, cache::Time(0s));
  EXPECT_TRUE(budget.spend_octets(999));
  EXPECT_TRUE(budget.spend_octets(1));
  EXPECT_FALSE(budget.spend_octets(1));
  EXPECT_FALSE(budget.has_octets());
}

TEST(Budget, time_ends_at_the_limit) {
  Limits limits;
  limits.resolution_time = 5s;
  const Budget budget(limits, cache::Time(10s));
  EXPECT_TRUE(budget.has_time(cache::Time(15s) - 1ns));
  EXPECT_FALSE(budget.has_time(cache::Time(15s)));
}

TEST(Budget, failed_address_lookups_run_out) {
  Limits limits;
  Budget budget(limits, cache::Time(0s));
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(budget.spend_failed_address_lookup());
  EXPECT_FALSE(budget.has_address_lookups());
  EXPECT_FALSE(budget.spend_failed_address_lookup());
}

TEST(AliasChain, a_dname_to_its_owner_or_below_leads_into_itself) {
  const auto leads = [](const char* owner, const char* target) {
    wire::RRsetBuilder dname(godwit::test::name(owner), wire::RrType::dname);
    dname.add(godwit::test::name(target).wire(), 60);
    return leads_into_itself(*dname.build());
  };
  EXPECT_TRUE(leads("d.example.", "x.d.example."));
  EXPECT_TRUE(leads("d.example.", "X.Y.D.example."));
  EXPECT_TRUE(leads("d.example.", "d.example."));
  EXPECT_TRUE(leads(".", "example."));
  EXPECT_FALSE(leads("d.example.", "example."));
  EXPECT_FALSE(leads("d.example.", "xd.example."));
  EXPECT_FALSE(leads("d.example.", "."));
}

TEST(AliasChain, a_chain_of_the_limit_is_followed_and_one_more_is_not) {
  AliasChain chain(godwit::test::name("n0."), 12);
  for (int hop = 1; hop <= 12; ++hop)
    EXPECT_EQ(chain.follow(godwit::test::name("n" + std::to_string(hop) + ".")),
              AliasChain::Step::follows);
  EXPECT_EQ(chain.hops(), 12u);
  EXPECT_EQ(chain.follow(godwit::test::name("n13.")), AliasChain::Step::too_long);
}

TEST(AliasChain, a_loop_is_told_at_once_whatever_the_case) {
  AliasChain chain(godwit::test::name("a."), 12);
  EXPECT_EQ(chain.follow(godwit::test::name("b.")), AliasChain::Step::follows);
  EXPECT_EQ(chain.follow(godwit::test::name("A.")), AliasChain::Step::loop);
  EXPECT_EQ(chain.follow(godwit::test::name("B.")), AliasChain::Step::loop);
  EXPECT_EQ(chain.current(), godwit::test::name("b."));
}

}  // namespace
}  // namespace godwit::iterator
