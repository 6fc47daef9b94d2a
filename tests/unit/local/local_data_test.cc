// What hosts files, records and zones say of a name.
#include "local/local_data_builder.h"

#include <gtest/gtest.h>

#include "wire/codes_text.h"
#include "wire/name_text.h"
#include "wire/rdata_text.h"

namespace godwit::local {
namespace {

using wire::RrType;

const cache::KeyedHash hash{{}};

wire::Name name_of(std::string_view text) {
  return wire::parse_name(text).value();
}

// "-" nothing is said, "NXDOMAIN", "NODATA", "REFUSED", "-> NAME" of an ALIAS, or TYPE RDATA; the
// place of the source behind it.
std::string ask(const LocalData& data, std::string_view name, RrType type = RrType::a) {
  const auto found = data.find(name_of(name), type);
  std::string out;
  switch (found.kind) {
    case LocalData::Kind::none:
      return "-";
    case LocalData::Kind::name_error:
      out = "NXDOMAIN " + wire::to_text(found.soa->owner());
      break;
    case LocalData::Kind::nodata:
      out = "NODATA " + wire::to_text(found.soa->owner());
      break;
    case LocalData::Kind::refused:
      out = "REFUSED";
      break;
    case LocalData::Kind::flattened:
      out = "-> " + wire::to_text(found.target) + ' ' + std::to_string(found.ttl);
      break;
    case LocalData::Kind::alias:
    case LocalData::Kind::data:
      for (const auto& set : found.sets) {
        EXPECT_EQ(set->owner(), name_of(name));
        for (const wire::Bytes rdata : set->records())
          out += (out.empty() ? "" : ", ") + wire::to_text(set->type()) + ' ' +
                 wire::rdata_to_text(set->type(), rdata);
      }
  }
  return out + " (" + data.place_of(found.source) + ")";
}

LocalDataPtr hosts(std::string_view text) {
  LocalDataBuilder builder(hash, 1000);
  builder.add_hosts("hosts", text);
  return builder.build();
}

LocalDataPtr zone(std::string_view text, ZoneType type = ZoneType::authoritative) {
  LocalDataBuilder builder(hash, 1000);
  builder.add_zone({name_of("home.arpa."), type, "zone", text});
  return builder.build();
}

std::string error_of(const std::vector<std::string>& records) {
  LocalDataBuilder builder(hash, 1000);
  builder.add_records("records", records);
  EXPECT_EQ(builder.build(), nullptr);
  return builder.error();
}

TEST(LocalData, a_hosts_file_gives_addresses_and_the_names_of_addresses) {
  const auto data = hosts(
      "# ours\n192.0.2.1\tnas.example nas # the box\r\n2001:db8::1 NAS.example.\n"
      "192.0.2.1 other.example\n");
  EXPECT_EQ(ask(*data, "nas.example."), "A 192.0.2.1 (hosts:2)");
  EXPECT_EQ(ask(*data, "NAS.Example.", RrType::aaaa), "AAAA 2001:db8::1 (hosts:3)");
  EXPECT_EQ(ask(*data, "nas."), "A 192.0.2.1 (hosts:2)");
  EXPECT_EQ(ask(*data, "nas.", RrType::aaaa), "NODATA nas. (hosts:2)");
  EXPECT_EQ(ask(*data, "1.2.0.192.in-addr.arpa.", RrType::ptr), "PTR nas.example. (hosts:2)");
  EXPECT_EQ(ask(*data, "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.",
                RrType::ptr),
            "PTR NAS.example. (hosts:3)");
}

TEST(LocalData, of_a_name_in_a_hosts_file_mail_and_the_like_are_resolved_as_ever) {
  const auto data = hosts("192.0.2.1 example.com\n");
  EXPECT_EQ(ask(*data, "example.com.", RrType::mx), "-");
  EXPECT_EQ(ask(*data, "example.com.", RrType::txt), "-");
  EXPECT_EQ(ask(*data, "example.com.", RrType::https), "NODATA example.com. (hosts:1)");
  EXPECT_EQ(ask(*data, "www.example.com."), "-");
  EXPECT_EQ(ask(*data, "com."), "-");
}

TEST(LocalData, a_hosts_file_does_not_move_localhost_nor_names_addresses_without_hosts) {
  const auto data = hosts("127.0.0.1 localhost box.example\n0.0.0.0 ads.example\n::1 localhost\n");
  EXPECT_EQ(ask(*data, "localhost."), "-");
  EXPECT_EQ(ask(*data, "box.example."), "A 127.0.0.1 (hosts:1)");
  EXPECT_EQ(ask(*data, "ads.example."), "A 0.0.0.0 (hosts:2)");
  EXPECT_EQ(ask(*data, "1.0.0.127.in-addr.arpa.", RrType::ptr), "-");
  EXPECT_EQ(ask(*data, "0.0.0.0.in-addr.arpa.", RrType::ptr), "-");
}

TEST(LocalData, lines_that_cannot_be_used_are_counted_and_the_first_are_told) {
  LocalDataBuilder builder(hash, 1000);
  std::string text = "192.0.2.1 a.example b..example\nfe80::1%lo0 x\n192.0.2.2\n\n";
  for (int i = 0; i < 10; ++i) text += "nonsense\n";
  builder.add_hosts("hosts", text);
  const auto data = builder.build();
  ASSERT_NE(data, nullptr);
  EXPECT_EQ(ask(*data, "a.example."), "A 192.0.2.1 (hosts:1)");
  const auto& file = builder.issues().files().front();
  EXPECT_EQ(file.count, 13u);
  ASSERT_EQ(file.told.size(), Issues::told_per_file);
  EXPECT_EQ(file.told[0], "hosts:1: has a word that is no name");
  EXPECT_EQ(file.told[1], "hosts:2: does not begin with an address");
  EXPECT_EQ(file.told[2], "hosts:3: has an address and no name");
}

TEST(LocalData, a_static_zone_is_whole) {
  const auto data = zone(
      "$TTL 5m\n@ SOA ns root 7 1 2 3 4\n@ NS ns\nns A 192.0.2.53\na.b 60 A 192.0.2.2\n"
      "*.wild TXT hello\nwww CNAME a.b\n");
  EXPECT_EQ(ask(*data, "home.arpa.", RrType::soa),
            "SOA ns.home.arpa. root.home.arpa. 7 1 2 3 4 (zone:2)");
  EXPECT_EQ(ask(*data, "ns.home.arpa."), "A 192.0.2.53 (zone:4)");
  EXPECT_EQ(ask(*data, "b.home.arpa."), "NODATA home.arpa. (zone)") << "an empty non-terminal";
  EXPECT_EQ(ask(*data, "c.home.arpa."), "NXDOMAIN home.arpa. (zone)");
  EXPECT_EQ(ask(*data, "x.a.b.home.arpa."), "NXDOMAIN home.arpa. (zone)");
  EXPECT_EQ(ask(*data, "x.y.wild.home.arpa.", RrType::txt), "TXT \"hello\" (zone:6)");
  EXPECT_EQ(ask(*data, "x.wild.home.arpa."), "NODATA home.arpa. (zone:6)");
  EXPECT_EQ(ask(*data, "www.home.arpa."), "CNAME a.b.home.arpa. (zone:7)");
  EXPECT_EQ(ask(*data, "www.home.arpa.", RrType::cname), "CNAME a.b.home.arpa. (zone:7)");
  EXPECT_EQ(ask(*data, "home.arpa.", RrType::ds), "-") << "the parent's to say";
  EXPECT_EQ(ask(*data, "a.b.home.arpa.", RrType::any), "A 192.0.2.2 (zone:5)");
  EXPECT_EQ(ask(*data, "arpa."), "-");
  EXPECT_EQ(data->find(name_of("a.b.home.arpa."), RrType::a).sets.front()->ttl(), 60u);
  EXPECT_EQ(data->find(name_of("ns.home.arpa."), RrType::a).sets.front()->ttl(), 300u);
}

TEST(LocalData, types_of_zones_differ_in_what_they_say_of_other_names) {
  const std::string_view text = "@ A 192.0.2.1\nb A 192.0.2.2\n";
  const auto transparent = zone(text, ZoneType::transparent);
  EXPECT_EQ(ask(*transparent, "b.home.arpa."), "A 192.0.2.2 (zone:2)");
  EXPECT_EQ(ask(*transparent, "b.home.arpa.", RrType::mx), "NODATA home.arpa. (zone:2)");
  EXPECT_EQ(ask(*transparent, "c.home.arpa."), "-");
  const auto redirect = zone(text, ZoneType::redirect);
  EXPECT_EQ(ask(*redirect, "b.home.arpa."), "A 192.0.2.2 (zone:2)");
  EXPECT_EQ(ask(*redirect, "x.c.home.arpa."), "A 192.0.2.1 (zone:1)");
  EXPECT_EQ(ask(*redirect, "x.home.arpa.", RrType::mx), "NODATA home.arpa. (zone:1)");
  const auto refuse = zone(text, ZoneType::refuse);
  EXPECT_EQ(ask(*refuse, "b.home.arpa."), "A 192.0.2.2 (zone:2)");
  EXPECT_EQ(ask(*refuse, "c.home.arpa."), "REFUSED (zone)");
}

TEST(LocalData, the_closest_zone_counts_and_forward_and_stub_zones_are_left_alone) {
  LocalDataBuilder builder(hash, 1000);
  builder.add_zone({name_of("home.arpa."), ZoneType::authoritative, "outer", "a A 192.0.2.1\n"});
  builder.add_zone({name_of("in.home.arpa."), ZoneType::refuse, "inner", ""});
  builder.hand_over(name_of("lab.home.arpa."));
  builder.hand_over(name_of("elsewhere.example."));
  const auto data = builder.build();
  EXPECT_EQ(ask(*data, "x.home.arpa."), "NXDOMAIN home.arpa. (outer)");
  EXPECT_EQ(ask(*data, "x.in.home.arpa."), "REFUSED (inner)");
  EXPECT_EQ(ask(*data, "x.lab.home.arpa."), "-");
  EXPECT_EQ(ask(*data, "lab.home.arpa."), "-");
  EXPECT_EQ(ask(*data, "elsewhere.example."), "-");
}

TEST(LocalData, records_stand_alone_and_hide_what_the_world_knows_of_their_name) {
  LocalDataBuilder builder(hash, 1000);
  builder.add_records("records", std::vector<std::string>{"www.example.com. 60 A 192.0.2.1",
                                                          "www.example.com. A 192.0.2.2",
                                                          "example.org. ALIAS cdn.example.net."});
  const auto data = builder.build();
  ASSERT_NE(data, nullptr) << builder.error();
  EXPECT_EQ(ask(*data, "www.example.com."), "A 192.0.2.1, A 192.0.2.2 (records[0])");
  EXPECT_EQ(ask(*data, "www.example.com.", RrType::mx), "NODATA www.example.com. (records[0])");
  EXPECT_EQ(ask(*data, "example.com."), "-");
  EXPECT_EQ(ask(*data, "example.org."), "-> cdn.example.net. 3600 (records[2])");
  EXPECT_EQ(ask(*data, "example.org.", RrType::aaaa), "-> cdn.example.net. 3600 (records[2])");
  EXPECT_EQ(ask(*data, "example.org.", RrType::cname), "NODATA example.org. (records[2])");
  EXPECT_TRUE(data->has_at_or_below(name_of("example.com.")));
  EXPECT_FALSE(data->has_at_or_below(name_of("example.net.")));
}

TEST(LocalData, an_alias_may_stand_beside_anything_but_addresses) {
  const auto data = zone("@ 60 ALIAS cdn.example.\n@ MX 10 mail\n");
  EXPECT_EQ(ask(*data, "home.arpa."), "-> cdn.example. 60 (zone:1)");
  EXPECT_EQ(ask(*data, "home.arpa.", RrType::mx), "MX 10 mail.home.arpa. (zone:2)");
  EXPECT_EQ(error_of({"a. ALIAS b.", "a. A 192.0.2.1"}),
            "records[1]: a. has an ALIAS and addresses of its own");
  EXPECT_EQ(error_of({"a. ALIAS b.", "a. ALIAS c."}), "records[1]: a. has two ALIAS records");
}

TEST(LocalData, what_is_wrong_in_form_fails_the_whole) {
  EXPECT_EQ(error_of({"a. CNAME b.", "a. TXT x"}), "records[1]: a. has a CNAME and something else");
  EXPECT_EQ(error_of({"a. A 192.0.2"}), "records[0]: the text cannot be read");
  EXPECT_EQ(error_of({""}), "records[0]: is no record");
  EXPECT_EQ(error_of({"a. NS b."}),
            "records[0]: delegates: a zone of other servers is for resolver.stub-zones");
  EXPECT_EQ(error_of({"a. A 192.0.2.1\nb. A 192.0.2.1"}), "records[0]: is more than one record");
  LocalDataBuilder builder(hash, 1000);
  builder.add_zone(
      {name_of("home.arpa."), ZoneType::authoritative, "zone", "a A 192.0.2.1\nb A x\n"});
  EXPECT_EQ(builder.build(), nullptr);
  EXPECT_TRUE(builder.error().starts_with("zone:2: ")) << builder.error();
}

TEST(LocalData, records_that_local_zones_cannot_have_are_passed_over_and_told) {
  LocalDataBuilder builder(hash, 1000);
  builder.add_zone({name_of("home.arpa."), ZoneType::authoritative, "zone",
                    "a A 192.0.2.1\nsub NS ns.sub\nother.example. A 192.0.2.1\nd DNAME e.\n"
                    "a NSEC b.home.arpa. A\na CH TXT x\n"});
  const auto data = builder.build();
  ASSERT_NE(data, nullptr);
  EXPECT_EQ(builder.issues().files().front().count, 5u);
  EXPECT_EQ(builder.issues().files().front().told.front(),
            "zone:2: delegates: a zone of other servers is for resolver.stub-zones");
  EXPECT_EQ(ask(*data, "sub.home.arpa.", RrType::ns), "NXDOMAIN home.arpa. (zone)");
}

TEST(LocalData, there_are_as_many_names_as_there_may_be_and_no_more) {
  const auto build = [](std::size_t most) {
    LocalDataBuilder builder(hash, most);
    builder.add_hosts("hosts", "192.0.2.1 a\n0.0.0.0 b c\n0.0.0.0 x.d\n");
    const auto data = builder.build();
    return data ? std::to_string(data->size()) : builder.error();
  };
  // a, b, c, d, x.d and 1.2.0.192.in-addr.arpa with what is above it.
  EXPECT_EQ(build(12), "11");
  EXPECT_EQ(build(11), "11");
  EXPECT_EQ(build(10), "hosts: more names than local.names-max");
}

}  // namespace
}  // namespace godwit::local
