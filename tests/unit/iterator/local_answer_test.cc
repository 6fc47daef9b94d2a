// The operator's own data as a part of answers from the caches.
#include <gtest/gtest.h>

#include "iterator/cached_answer.h"
#include "iterator/question_policy.h"
#include "local/local_data_builder.h"
#include "tests/support/message_text.h"

namespace godwit::iterator {
namespace {

using godwit::test::name;
using godwit::test::rrset;
using wire::RrType;

const cache::Time begin_of_time{};

class LocalAnswer : public testing::Test {
 protected:
  void know(const std::vector<std::string>& records) {
    local::LocalDataBuilder builder(hash_, 1000);
    builder.add_zone({name("home.arpa."), local::ZoneType::authoritative, "zone", ""});
    builder.add_records("records", records);
    auto data = builder.build();
    ASSERT_NE(data, nullptr) << builder.error();
    options_.local_data = std::move(data);
    options_.special_names = std::make_shared<const SpecialNames>(std::span<const wire::Name>());
  }
  void remember(const std::vector<std::string>& lines) {
    caches_.rrsets.store(rrset(lines), {cache::Trust::answer_authoritative, {}}, begin_of_time);
  }
  // The rcode, then what each section has.
  std::string ask(std::string_view qname, RrType type = RrType::a, bool for_client = true) {
    AnswerInProgress progress(Question(name(qname), type), 8);
    progress.sees_local_data = for_client;
    switch (continue_from_cache(progress, caches_, options_, begin_of_time, nullptr)) {
      case CacheOutcome::miss:
        return "miss " + wire::to_text(progress.sname());
      case CacheOutcome::failed:
        return "failed";
      case CacheOutcome::complete:
        break;
    }
    finish_flattening(progress);
    std::string out = wire::to_text(progress.answer.rcode);
    for (const auto& part : progress.answer.answer)
      out += " | " + std::to_string(part.ttl) + ' ' + wire::to_text(*part.set);
    for (const auto& part : progress.answer.authority)
      out += " / " + wire::to_text(part.set->owner());
    return out + (progress.answer.is_local ? " local" : "");
  }

  cache::KeyedHash hash_{{}};
  Caches caches_{hash_, {}};
  ResolverOptions options_;
};

TEST_F(LocalAnswer, local_data_go_before_the_caches_and_special_names) {
  remember({"www.example. 300 A 192.0.2.1"});
  know({"www.example. 60 A 192.0.2.2", "a.b.local. 60 A 192.0.2.3"});
  EXPECT_EQ(ask("www.example."), "NOERROR | 60 www.example. 60 IN A 192.0.2.2 local");
  EXPECT_EQ(ask("a.b.local."), "NOERROR | 60 a.b.local. 60 IN A 192.0.2.3 local");
  EXPECT_EQ(ask("x.home.arpa."), "NXDOMAIN / home.arpa. local");
  EXPECT_EQ(ask("b.local."), "NOERROR / local.") << "there is a name below it";
  EXPECT_EQ(ask("c.local."), "NXDOMAIN / local.");
}

TEST_F(LocalAnswer, the_walks_own_look_ups_do_not_see_them) {
  remember({"www.example. 300 A 192.0.2.1"});
  know({"www.example. 60 A 192.0.2.2"});
  EXPECT_EQ(ask("www.example.", RrType::a, false), "NOERROR | 300 www.example. 300 IN A 192.0.2.1");
}

TEST_F(LocalAnswer, an_alias_leads_out_of_local_data_and_into_them) {
  remember({"out.example. 300 CNAME in.home.arpa."});
  remember({"www.example. 300 A 192.0.2.1"});
  know({"in.home.arpa. 60 A 192.0.2.2", "to.home.arpa. 60 CNAME www.example.",
        "far.home.arpa. CNAME unknown.example."});
  EXPECT_EQ(ask("out.example."),
            "NOERROR | 300 out.example. 300 IN CNAME in.home.arpa. | 60 in.home.arpa. 60 IN A "
            "192.0.2.2 local");
  EXPECT_EQ(ask("to.home.arpa."),
            "NOERROR | 60 to.home.arpa. 60 IN CNAME www.example. | 300 www.example. 300 IN A "
            "192.0.2.1 local");
  EXPECT_EQ(ask("far.home.arpa."), "miss unknown.example.");
}

TEST_F(LocalAnswer, an_alias_record_is_flattened_to_addresses_for_the_shortest_ttl) {
  remember({"cdn.example. 40 CNAME edge.example."});
  remember({"edge.example. 50 A 192.0.2.1", "edge.example. 50 A 192.0.2.2"});
  know({"home.arpa. 60 ALIAS cdn.example.", "short.home.arpa. 30 ALIAS cdn.example.",
        "over.home.arpa. 60 CNAME home.arpa."});
  EXPECT_EQ(ask("home.arpa."),
            "NOERROR | 40 home.arpa. 40 IN A 192.0.2.1\nhome.arpa. 40 IN A 192.0.2.2 local");
  EXPECT_EQ(ask("short.home.arpa."),
            "NOERROR | 30 short.home.arpa. 30 IN A 192.0.2.1\n"
            "short.home.arpa. 30 IN A 192.0.2.2 local");
  EXPECT_EQ(ask("over.home.arpa."),
            "NOERROR | 60 over.home.arpa. 60 IN CNAME home.arpa. | 40 home.arpa. 40 IN A "
            "192.0.2.1\nhome.arpa. 40 IN A 192.0.2.2 local");
  EXPECT_EQ(ask("home.arpa.", RrType::aaaa), "miss edge.example.");
  EXPECT_EQ(ask("home.arpa.", RrType::mx), "NOERROR / home.arpa. local");
}

TEST_F(LocalAnswer, an_alias_record_to_nothing_has_no_addresses_and_one_in_a_circle_fails) {
  caches_.negatives.store_nxdomain(name("gone.example."),
                                   rrset({"example. 60 SOA ns. root. 1 2 3 4 60"}), begin_of_time,
                                   {cache::Security::insecure, nullptr});
  know({"home.arpa. ALIAS gone.example.", "a.home.arpa. ALIAS b.home.arpa.",
        "b.home.arpa. ALIAS a.home.arpa.", "c.home.arpa. ALIAS d.home.arpa.",
        "d.home.arpa. 20 ALIAS e.home.arpa.", "e.home.arpa. 90 A 192.0.2.5"});
  EXPECT_EQ(ask("home.arpa."), "NOERROR / home.arpa. local");
  EXPECT_EQ(ask("a.home.arpa."), "failed");
  EXPECT_EQ(ask("c.home.arpa."), "NOERROR | 20 c.home.arpa. 20 IN A 192.0.2.5 local");
}

TEST_F(LocalAnswer, any_brings_all_there_is) {
  know({"all.home.arpa. 60 A 192.0.2.1", "all.home.arpa. 60 TXT x"});
  const auto answer = answer_by_policy({name("all.home.arpa."), RrType::any}, {}, nullptr,
                                       options_.local_data.get());
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->answer.size(), 2u);
  EXPECT_EQ(
      answer_by_policy({name("x.home.arpa."), RrType::any}, {}, nullptr, options_.local_data.get())
          ->rcode,
      wire::Rcode::nxdomain);
}

}  // namespace
}  // namespace godwit::iterator
