// Which rule wins, and what rules are read from the files.
#include "local/policy.h"

#include <gtest/gtest.h>

#include "local/block_list_builder.h"
#include "wire/name_text.h"
#include "wire/rdata_text.h"

namespace godwit::local {
namespace {

const cache::KeyedHash hash{{}};

wire::Name name_of(std::string_view text) {
  return wire::parse_name(text).value();
}
wire::IpAddress address_of(std::string_view text) {
  return wire::IpAddress::parse(text).value();
}

BlockListPtr list(ListForm form, std::string_view text, std::string file = "list") {
  BlockListBuilder builder(hash, std::move(file), 1000, {});
  builder.read(form, text);
  auto out = builder.build();
  EXPECT_NE(out, nullptr) << builder.error();
  return out;
}

constexpr std::string_view soa = "$TTL 30\n@ SOA ns. root. 1 2 3 4 5\n@ NS ns.\n";
BlockListPtr zone(const std::string& text, std::string file = "list") {
  return list(ListForm::response, std::string(soa) + text, std::move(file));
}

const std::vector<wire::IpAddress> nowhere;
const wire::IpAddress somebody = address_of("192.0.2.99");

struct Asked {
  std::vector<std::string> chain;
  std::vector<std::string> addresses = {};
  std::string client = "192.0.2.99";
  bool is_answered = true;
};

std::string text_of(const Verdict& verdict) {
  constexpr std::string_view kinds[] = {"NXDOMAIN", "NODATA", "REFUSED", "DROP",
                                        "TCP",      "PASS",   "DATA"};
  if (!verdict) return verdict.is_open ? "open" : "-";
  constexpr std::string_view by[] = {"client", "name", "answer"};
  return std::string(kinds[static_cast<std::size_t>(verdict.action().kind)]) + " " +
         verdict.place() + " " + std::string(by[static_cast<std::size_t>(verdict.by)]) + " " +
         std::to_string(verdict.position);
}

std::string judge(const Policy& policy, const Asked& asked, std::size_t from = 0) {
  std::vector<wire::Name> chain;
  std::vector<wire::IpAddress> addresses;
  for (const auto& text : asked.chain) chain.push_back(name_of(text));
  for (const auto& text : asked.addresses) addresses.push_back(address_of(text));
  return text_of(
      policy.judge({chain, addresses, asked.is_answered}, address_of(asked.client), from));
}

Policy policy_of(std::vector<BlockListPtr> lists) {
  std::vector<PolicyList> out;
  for (auto& rules : lists) {
    out.emplace_back().rules = rules;
    out.back().name = rules->file();
  }
  return Policy(std::move(out));
}

TEST(BlockList, a_name_of_a_list_stands_for_all_below_and_one_of_a_hosts_file_for_itself) {
  const Policy names = policy_of({list(ListForm::names, "ads.example\n*.below.example\n")});
  EXPECT_EQ(judge(names, {{"ADS.example."}}), "NXDOMAIN list:1 name 0");
  EXPECT_EQ(judge(names, {{"a.b.ads.example."}}), "NXDOMAIN list:1 name 0");
  EXPECT_EQ(judge(names, {{"xads.example."}}), "-");
  EXPECT_EQ(judge(names, {{"example."}}), "-");
  EXPECT_EQ(judge(names, {{"below.example."}}), "-");
  EXPECT_EQ(judge(names, {{"a.below.example."}}), "NXDOMAIN list:2 name 0");
  const Policy hosts = policy_of({list(ListForm::hosts,
                                       "127.0.0.1 localhost\n0.0.0.0 ads.example a.example\n"
                                       "::1 ip6.example\n255.255.255.255 broadcasthost\n")});
  EXPECT_EQ(judge(hosts, {{"ads.example."}}), "NXDOMAIN list:2 name 0");
  EXPECT_EQ(judge(hosts, {{"a.example."}}), "NXDOMAIN list:2 name 0");
  EXPECT_EQ(judge(hosts, {{"ip6.example."}}), "NXDOMAIN list:3 name 0");
  EXPECT_EQ(judge(hosts, {{"www.ads.example."}}), "-");
  EXPECT_EQ(judge(hosts, {{"localhost."}}), "-");
}

TEST(BlockList, a_hosts_file_with_addresses_is_another_kind_of_file) {
  BlockListBuilder builder(hash, "list", 1000, {});
  builder.read(ListForm::hosts, "192.0.2.1 www.example\n");
  EXPECT_EQ(builder.build()->rules(), 0u);
  EXPECT_EQ(builder.issues().files().front().told.front(),
            "list:1: gives a name an address: such files are for local.hosts-files");
}

TEST(BlockList, actions_of_a_policy_zone_are_told_by_its_cnames) {
  const Policy policy = policy_of({zone(
      "nx CNAME .\nno CNAME *.\npass CNAME rpz-passthru.\nold CNAME old.\ndrop CNAME rpz-drop.\n"
      "tcp CNAME rpz-tcp-only.\ndata A 192.0.2.1\ndata AAAA 2001:db8::1\nalias CNAME a.garden.\n"
      "*.wide CNAME *.garden.\n")});
  EXPECT_EQ(judge(policy, {{"nx."}}), "NXDOMAIN list:4 name 0");
  EXPECT_EQ(judge(policy, {{"no."}}), "NODATA list:5 name 0");
  EXPECT_EQ(judge(policy, {{"pass."}}), "PASS list:6 name 0");
  EXPECT_EQ(judge(policy, {{"old."}}), "PASS list:7 name 0");
  EXPECT_EQ(judge(policy, {{"drop."}}), "DROP list:8 name 0");
  EXPECT_EQ(judge(policy, {{"tcp."}}), "TCP list:9 name 0");
  EXPECT_EQ(judge(policy, {{"data."}}), "DATA list:10 name 0");
  const BlockList& rules = *policy.lists().front().rules;
  EXPECT_EQ(rules.action(rules.of_name(name_of("data."))).sets.size(), 2u);
  EXPECT_EQ(rules.action(rules.of_name(name_of("data."))).sets.front()->ttl(), 30u);
  EXPECT_FALSE(rules.action(rules.of_name(name_of("alias."))).expands);
  EXPECT_TRUE(rules.action(rules.of_name(name_of("x.wide."))).expands);
}

TEST(BlockList, what_a_policy_zone_has_that_is_not_applied_is_told_with_its_line) {
  BlockListBuilder builder(hash, "list", 1000, {});
  builder.read(ListForm::response,
               std::string(soa) +
                   "ns.evil.example.rpz-nsdname CNAME .\n32.1.2.0.192.rpz-nsip CNAME .\n"
                   "33.1.2.0.192.rpz-ip CNAME .\na CNAME rpz-new.\nb DS 1 8 2 AA\n"
                   "c CNAME .\nc A 192.0.2.1\nd A 192.0.2.1\nd CNAME x.\ne A 192.0.2\n"
                   "outside.example. CNAME .\n");
  const auto made = builder.build();
  ASSERT_NE(made, nullptr) << builder.error();
  EXPECT_EQ(made->rules(), 2u);
  EXPECT_EQ(builder.issues().files().front().count, 9u);
  const auto& told = builder.issues().files().front().told;
  EXPECT_EQ(told[0], "list:4: is triggered by name servers, which is not offered");
  EXPECT_EQ(told[2], "list:6: has an address trigger that cannot be read");
  EXPECT_EQ(told[3], "list:7: has an action that is not known");
}

TEST(BlockList, a_policy_zone_without_soa_or_that_cannot_be_read_fails) {
  const auto error = [](std::string_view text) {
    BlockListBuilder builder(hash, "list", 1000, {});
    builder.read(ListForm::response, text);
    EXPECT_EQ(builder.build(), nullptr);
    return builder.error();
  };
  EXPECT_EQ(error(""), "list: has no SOA record");
  EXPECT_EQ(error("\na CNAME .\n"), "list:2: a policy zone begins with its SOA record");
  EXPECT_TRUE(error(std::string(soa) + "a TXT \"open\nb CNAME .\n").starts_with("list:4: "));
}

TEST(BlockList, addresses_are_read_in_both_families) {
  const auto rules = zone(
      "32.1.2.0.192.rpz-ip CNAME .\n24.0.2.0.192.rpz-ip CNAME *.\n128.1.zz.db8.2001.rpz-ip CNAME "
      ".\n"
      "32.zz.db8.2001.rpz-ip CNAME *.\n128.1.zz.rpz-ip CNAME rpz-passthru.\n"
      "64.0.0.0.0.4.3.2.1.rpz-ip CNAME rpz-drop.\n8.0.0.0.10.rpz-client-ip CNAME rpz-drop.\n");
  const auto line = [&rules](std::string_view address) {
    return rules->of_answer(address_of(address)).rule.line;
  };
  EXPECT_EQ(line("192.0.2.1"), 4u);
  EXPECT_EQ(line("192.0.2.2"), 5u);
  EXPECT_EQ(line("192.0.3.1"), 0u);
  EXPECT_EQ(line("2001:db8::1"), 6u);
  EXPECT_EQ(line("2001:db8::2"), 7u);
  EXPECT_EQ(line("::1"), 8u);
  EXPECT_EQ(line("1:2:3:4::9"), 9u);
  EXPECT_EQ(rules->of_client(address_of("10.1.2.3")).rule.line, 10u);
  EXPECT_FALSE(rules->of_client(address_of("11.1.2.3")).rule);
}

TEST(Policy, the_very_name_goes_before_a_wildcard_and_the_closest_wildcard_before_others) {
  const Policy policy =
      policy_of({zone("*.example CNAME .\n*.b.example CNAME *.\na.b.example CNAME rpz-passthru.\n* "
                      "CNAME rpz-drop.\n")});
  EXPECT_EQ(judge(policy, {{"x.example."}}), "NXDOMAIN list:4 name 0");
  EXPECT_EQ(judge(policy, {{"x.b.example."}}), "NODATA list:5 name 0");
  EXPECT_EQ(judge(policy, {{"a.b.example."}}), "PASS list:6 name 0");
  EXPECT_EQ(judge(policy, {{"x.a.b.example."}}), "NODATA list:5 name 0");
  EXPECT_EQ(judge(policy, {{"b.example."}}), "NXDOMAIN list:4 name 0");
  EXPECT_EQ(judge(policy, {{"example."}}), "DROP list:7 name 0");
}

TEST(Policy, the_first_list_wins_and_in_a_list_the_client_the_name_and_the_address) {
  const auto first = zone("24.0.2.0.192.rpz-ip CNAME .\nb CNAME .\n", "first");
  const auto second = zone("a CNAME *.\n32.1.2.0.192.rpz-ip CNAME *.\n", "second");
  const Policy policy = policy_of({first, second});
  EXPECT_EQ(judge(policy, {{"a."}, {"192.0.2.1"}}), "NXDOMAIN first:4 answer 0");
  EXPECT_EQ(judge(policy, {{"a."}, {"192.0.3.1"}}), "NODATA second:4 name 0");
  EXPECT_EQ(judge(policy, {{"b."}, {"192.0.2.1"}}), "NXDOMAIN first:5 name 0");
  EXPECT_EQ(judge(policy, {{"a."}, {"192.0.2.1"}}, 1), "NODATA second:4 name 0") << "without it";
  const Policy clients =
      policy_of({zone("a CNAME .\n32.99.2.0.192.rpz-client-ip CNAME "
                      "rpz-passthru.\n24.0.2.0.192.rpz-client-ip CNAME .\n")});
  EXPECT_EQ(judge(clients, {{"a."}}), "PASS list:5 client 0");
  EXPECT_EQ(judge(clients, {{"x."}, {}, "192.0.2.98"}), "NXDOMAIN list:6 client 0");
  EXPECT_EQ(judge(clients, {{"a."}, {}, "192.0.3.1"}), "NXDOMAIN list:4 name 0");
  EXPECT_TRUE(clients.has_rule_for(somebody));
  EXPECT_FALSE(clients.has_rule_for(address_of("192.0.3.1")));
}

TEST(Policy, an_earlier_name_of_a_chain_goes_before_a_later_one_whatever_the_list) {
  const Policy policy =
      policy_of({zone("target CNAME .\n", "first"), zone("start CNAME *.\n", "second")});
  EXPECT_EQ(judge(policy, {{"start.", "middle.", "target."}}), "NODATA second:4 name 0");
  EXPECT_EQ(judge(policy, {{"other.", "middle.", "target."}}), "NXDOMAIN first:4 name 2");
}

TEST(Policy, of_addresses_the_longest_prefix_wins_and_then_the_lowest) {
  const Policy policy =
      policy_of({zone("24.0.2.0.192.rpz-ip CNAME .\n32.7.2.0.192.rpz-ip CNAME "
                      "*.\n32.3.2.0.192.rpz-ip CNAME rpz-drop.\n")});
  EXPECT_EQ(judge(policy, {{"a."}, {"192.0.2.1", "192.0.2.7"}}), "NODATA list:5 answer 0");
  EXPECT_EQ(judge(policy, {{"a."}, {"192.0.2.7", "192.0.2.3"}}), "DROP list:6 answer 0");
}

TEST(Policy, before_there_is_an_answer_a_list_with_rules_for_addresses_keeps_it_open) {
  const auto addresses = zone("32.1.2.0.192.rpz-ip CNAME .\nb CNAME .\n", "first");
  const auto names = zone("a CNAME .\n", "second");
  Asked asked{{"a."}};
  asked.is_answered = false;
  EXPECT_EQ(judge(policy_of({addresses, names}), asked), "open");
  EXPECT_EQ(judge(policy_of({names, addresses}), asked), "NXDOMAIN second:4 name 0");
  asked.chain = {"b."};
  EXPECT_EQ(judge(policy_of({addresses, names}), asked), "NXDOMAIN first:5 name 0");
}

TEST(Policy, a_list_may_be_for_some_clients_and_what_it_touches_is_told_for_all) {
  std::vector<PolicyList> lists(1);
  lists.front().rules = list(ListForm::names, "ads.example\n");
  ASSERT_TRUE(lists.front().clients.add(wire::IpPrefix::parse("10.0.0.0/8").value(), 0));
  const Policy policy(std::move(lists));
  EXPECT_EQ(judge(policy, {{"ads.example."}, {}, "10.9.9.9"}), "NXDOMAIN list:1 name 0");
  EXPECT_EQ(judge(policy, {{"ads.example."}, {}, "11.9.9.9"}), "-");
  const std::vector<wire::Name> chain{name_of("www.example."), name_of("x.ads.example.")};
  EXPECT_TRUE(policy.touches({chain, nowhere, true}));
  EXPECT_FALSE(policy.touches({std::span(chain).first(1), nowhere, true}));
}

TEST(BlockList, there_are_as_many_names_as_there_may_be_and_no_more) {
  const auto build = [](std::size_t most) {
    BlockListBuilder builder(hash, "list", most, {});
    builder.read(ListForm::names, "a\nb\nc\nB\n");
    const auto made = builder.build();
    return made ? std::to_string(made->names()) : builder.error();
  };
  EXPECT_EQ(build(4), "3");
  EXPECT_EQ(build(3), "3");
  EXPECT_EQ(build(2), "list: more names than local.names-max");
}

}  // namespace
}  // namespace godwit::local
