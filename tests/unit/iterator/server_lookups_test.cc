#include "iterator/server_lookups.h"

#include <set>

#include "tests/unit/iterator/walk_fixture.h"
#include "wire/name_text.h"

namespace godwit::iterator::test {
namespace {

// victim. has twelve servers, each in a zone of its own.
class ServerLookupsTest : public WalkTest {
 protected:
  ServerLookupsTest() {
    for (int i = 0; i < 12; ++i) {
      const std::string zone = "h" + std::to_string(i) + ".";
      referral.authority.push_back("victim. 3600 NS ns." + zone);
      delegate(zone, "s." + zone, {home(i)});
    }
    const auto root = upstream.servers["192.0.2.1"];
    upstream.servers["192.0.2.1"] = [this, root](const UpstreamRequest& request) -> Reply {
      if (request.expected.name.is_at_or_below(name("victim."))) return referral;
      return root(request);
    };
  }
  static std::string home(int i) { return "192.0.2." + std::to_string(100 + i); }
  // Each server's zone has one record of this name, with that address.
  void serve_addresses(const std::string& label, const std::string& address) {
    for (int i = 0; i < 12; ++i) {
      const std::string zone = "h" + std::to_string(i) + ".";
      serve(home(i), label + "." + zone + " 300 A " + address, zone);
    }
  }
  // How many of the servers' names are looked up for one question.
  std::size_t looked_up() {
    EXPECT_EQ(resolve("www.victim.").rcode, wire::Rcode::servfail);
    std::set<std::string> names;
    for (const UpstreamRequest& request : upstream.sent) {
      const wire::Name& asked = request.expected.name;
      if (asked.label_count() == 2 && !asked.is_at_or_below(name("victim.")))
        names.insert(wire::to_text(asked.to_lower()));
    }
    return names.size();
  }

  MessageText referral{.flags = "qr"};
};

TEST_F(ServerLookupsTest, names_without_an_address_are_failed_lookups) {
  serve_addresses("other", "192.0.2.99");
  EXPECT_EQ(looked_up(), options.limits.failed_address_lookups);
}

TEST_F(ServerLookupsTest, addresses_that_nobody_may_ask_are_failed_lookups) {
  options.do_not_query.push_back(*wire::IpPrefix::parse("127.0.0.0/8"));
  serve_addresses("ns", "127.0.0.1");
  EXPECT_EQ(looked_up(), options.limits.failed_address_lookups);
}

TEST_F(ServerLookupsTest, the_same_silent_address_again_is_a_failed_lookup) {
  serve_addresses("ns", "192.0.2.99");
  EXPECT_EQ(looked_up(), options.limits.failed_address_lookups + 1);
}

}  // namespace
}  // namespace godwit::iterator::test
