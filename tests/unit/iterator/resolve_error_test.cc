// The one table from reasons to rcodes and Extended DNS Errors.
#include "iterator/resolve_error.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace godwit::iterator {
namespace {

constexpr auto last_error = static_cast<unsigned>(ResolveError::internal);
// More does not fit well beside an answer in 512 octets.
constexpr std::size_t text_octets_max = 100;

TEST(ResolveErrorText, every_reason_has_a_text_of_its_own) {
  std::set<std::string> texts;
  for (unsigned i = 1; i <= last_error; ++i) {
    const auto failure = describe(static_cast<ResolveError>(i));
    EXPECT_FALSE(failure.text.empty()) << i;
    EXPECT_LE(failure.text.size(), text_octets_max) << failure.text;
    EXPECT_TRUE(texts.emplace(failure.text).second) << failure.text;
  }
}

TEST(ResolveErrorText, every_failure_is_servfail_but_the_alias_that_is_too_long) {
  for (unsigned i = 1; i <= last_error; ++i) {
    const auto error = static_cast<ResolveError>(i);
    const auto wanted =
        error == ResolveError::alias_name_too_long ? wire::Rcode::yxdomain : wire::Rcode::servfail;
    EXPECT_EQ(describe(error).rcode, wanted) << i;
  }
  EXPECT_EQ(describe(ResolveError::none).rcode, wire::Rcode::noerror);
}

TEST(ResolveErrorText, a_limit_is_named_as_the_operator_sets_it) {
  const auto names = [](ResolveError error, std::string_view setting) {
    return describe(error).text.find(setting) != std::string_view::npos;
  };
  EXPECT_TRUE(names(ResolveError::out_of_packets, "resolver.limits.upstream-packets"));
  EXPECT_TRUE(names(ResolveError::out_of_octets, "resolver.limits.upstream-bytes"));
  EXPECT_TRUE(names(ResolveError::out_of_time, "resolver.limits.resolution-time"));
  EXPECT_TRUE(
      names(ResolveError::out_of_address_lookups, "resolver.limits.failed-address-lookups"));
  EXPECT_TRUE(names(ResolveError::too_deep, "resolver.limits.recursion-depth"));
  EXPECT_TRUE(names(ResolveError::alias_chain_too_long, "resolver.limits.alias-hops"));
}

TEST(ResolveErrorText, what_is_too_large_is_the_operators_to_change) {
  const FailureText set = describe(ResolveError::set_too_large);
  EXPECT_NE(set.text.find("resolver.limits.records-per-rrset"), std::string_view::npos);
  EXPECT_NE(describe(ResolveError::too_many_records).text.find("512"), std::string_view::npos);
  EXPECT_EQ(set.ede, wire::EdeCode::other);
  for (unsigned i = 0; i <= last_error; ++i) {
    const auto error = static_cast<ResolveError>(i);
    const bool too_large =
        error == ResolveError::set_too_large || error == ResolveError::too_many_records;
    EXPECT_EQ(is_too_large(error), too_large) << i;
    EXPECT_FALSE(too_large && is_limit(error)) << i;
  }
}

TEST(ResolveErrorText, of_several_reasons_the_one_that_tells_most_is_given) {
  constexpr ResolveError ascending[] = {ResolveError::none,
                                        ResolveError::no_reachable_servers,
                                        ResolveError::malformed_responses,
                                        ResolveError::servers_lame,
                                        ResolveError::servers_failed,
                                        ResolveError::servers_refused,
                                        ResolveError::set_too_large,
                                        ResolveError::out_of_steps};
  for (std::size_t i = 1; i < std::size(ascending); ++i) {
    EXPECT_EQ(graver(ascending[i - 1], ascending[i]), ascending[i]) << i;
    EXPECT_EQ(graver(ascending[i], ascending[i - 1]), ascending[i]) << i;
  }
}

TEST(ResolveErrorText, silence_and_refusal_are_no_reachable_authority) {
  for (const auto error : {ResolveError::no_reachable_servers, ResolveError::servers_refused,
                           ResolveError::servers_lame, ResolveError::no_server_addresses}) {
    EXPECT_EQ(describe(error).ede, wire::EdeCode::no_reachable_authority);
  }
  EXPECT_EQ(describe(ResolveError::servers_failed).ede, wire::EdeCode::network_error);
  EXPECT_EQ(describe(ResolveError::malformed_responses).ede, wire::EdeCode::invalid_data);
  EXPECT_EQ(describe(ResolveError::cancelled).ede, wire::EdeCode::not_ready);
}

TEST(ResolveErrorText, a_number_out_of_the_enum_is_an_internal_error) {
  EXPECT_EQ(describe(static_cast<ResolveError>(999)).text, describe(ResolveError::internal).text);
}

}  // namespace
}  // namespace godwit::iterator
