// Delegations through their packed form: what comes out is what went in.
#include "cache/packed_delegation.h"

#include <gtest/gtest.h>

#include "tests/unit/cache/support.h"

namespace godwit::cache {
namespace {

using testing::name;

Delegation make(const wire::Name& cut, const std::vector<std::string>& servers,
                std::vector<Delegation::Glue> glue = {}) {
  wire::RRsetBuilder builder(cut, wire::RrType::ns);
  for (const std::string& server : servers) builder.add(name(server).wire(), 3600);
  Delegation delegation;
  delegation.ns = builder.build();
  delegation.glue.assign(glue.begin(), glue.end());
  return delegation;
}

DelegationPtr through(const Delegation& delegation, std::size_t* octets = nullptr) {
  const auto packed = pack_delegation(delegation);
  if (!packed) return nullptr;
  if (octets) *octets = packed->size();
  PackedEntry entry;
  entry.expires = testing::at(7);
  entry.owner = delegation.ns->owner_wire();
  entry.payload = *packed;
  return read_delegation(entry);
}

void expect_same(const Delegation& delegation) {
  const DelegationPtr read = through(delegation);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->expires, testing::at(7));
  EXPECT_EQ(read->ns->ttl(), delegation.ns->ttl());
  ASSERT_EQ(read->ns->size(), delegation.ns->size());
  EXPECT_TRUE(read->ns->has_same_data(*delegation.ns));
  auto theirs = delegation.ns->records().begin();
  for (const wire::Bytes record : read->ns->records())
    EXPECT_TRUE(wire::equal_ignoring_case(record, *theirs++)) << "the order is kept";
  EXPECT_EQ(read->giver, delegation.giver);
  ASSERT_EQ(read->glue.size(), delegation.glue.size());
  for (std::size_t i = 0; i < read->glue.size(); ++i) {
    EXPECT_EQ(read->glue[i].server, delegation.glue[i].server);
    EXPECT_EQ(read->glue[i].address, delegation.glue[i].address);
  }
}

TEST(PackedDelegation, names_of_every_kinship_come_out_as_they_went_in) {
  const wire::Name cut = name("zone.example.test");
  expect_same(make(cut, {"ns1.zone.example.test", "ns2.zone.example.test"}));
  expect_same(make(cut, {"zone.example.test", "example.test", "test", "."}));
  expect_same(make(cut, {"a.provider.other", "b.provider.other", "c.d.provider.other"}));
  expect_same(make(cut, {"zone.example", "x.y"}));
  expect_same(make(cut, {"NS1.Zone.EXAMPLE.test", "ns.PROVIDER.Other", "ns.provider.other2"}));
  expect_same(make(name("."), {"a.root-servers.net", "b.root-servers.net"}));
  // The octets of the cut, in the middle of a label.
  expect_same(make(name("com"), {"ns.a\3com", "ns.b\3com", "com"}));
  expect_same(make(cut, {std::string(63, 'x') + "." + std::string(63, 'y') + "." +
                         std::string(63, 'z') + "." + std::string(61, 'w')}));
}

TEST(PackedDelegation, addresses_of_both_families_come_out_as_they_went_in) {
  expect_same(
      make(name("zone.test"), {"ns1.zone.test", "ns2.zone.test"},
           {{0, testing::v4(1)}, {0, testing::v6(1)}, {1, testing::v6(2)}, {1, testing::v4(2)}}));
}

TEST(PackedDelegation, its_giver_comes_out_as_it_went_in) {
  auto delegation = make(name("zone.test"), {"ns1.zone.test"}, {{0, testing::v4(1)}});
  for (const Giver& giver : {Giver(), Giver(testing::v4(7)), Giver(testing::v6(8))}) {
    delegation.giver = giver;
    expect_same(delegation);
    const auto packed = pack_delegation(delegation).value();
    EXPECT_TRUE(is_sound_delegation(name("zone.test").wire(), packed));
    for (const std::size_t octets : {1u, 3u, 5u, 15u, 17u}) {
      auto damaged = pack_delegation(make(name("zone.test"), {"ns1.zone.test"})).value();
      damaged.resize(damaged.size() + octets);
      EXPECT_FALSE(is_sound_delegation(name("zone.test").wire(), damaged)) << octets;
    }
  }
}

TEST(PackedDelegation, counts_as_many_servers_and_addresses_as_its_form_can_and_no_more) {
  std::vector<std::string> servers;
  for (int i = 0; i < 127; ++i) servers.push_back("ns" + std::to_string(i) + ".zone.test");
  std::vector<Delegation::Glue> glue;
  for (std::uint32_t i = 0; i < 255; ++i)
    glue.push_back({static_cast<std::uint16_t>(i % 127), testing::v4(i)});
  expect_same(make(name("zone.test"), servers, glue));
  auto more = glue;
  more.push_back({0, testing::v4(0)});
  EXPECT_FALSE(through(make(name("zone.test"), servers, more)));
  servers.push_back("one.more.test");
  EXPECT_FALSE(through(make(name("zone.test"), servers, glue)));
}

TEST(PackedDelegation, is_small) {
  std::size_t octets = 0;
  (void)through(make(name("zone.test"), {"ns1.zone.test", "ns2.zone.test"},
                     {{0, testing::v4(1)}, {1, testing::v4(2)}}),
                &octets);
  EXPECT_LE(octets, 6u + 2 * 5 + 2 * 5);
}

}  // namespace
}  // namespace godwit::cache
