#include "iterator/query_plan.h"

#include <gtest/gtest.h>

#include "tests/support/message_text.h"

namespace godwit::iterator {
namespace {

using godwit::test::name;

class FixedEntropy final : public Entropy {
 public:
  void fill(wire::MutableBytes out) noexcept override {
    for (std::uint8_t& octet : out) octet = static_cast<std::uint8_t>(next_ = next_ * 31 + 7);
  }

 private:
  unsigned next_ = 1;
};

const std::array<std::uint8_t, 8> client{1, 2, 3, 4, 5, 6, 7, 8};

SendPlan plan_for(const cache::ServerState& state = {}, std::uint8_t losses = 0) {
  return first_plan(state, ResolverOptions{}, client, losses);
}

ParsedResponse bad_cookie_response() {
  ParsedResponse response;
  response.edns.emplace();
  response.edns->cookie.emplace();
  response.edns->cookie->client = client;
  response.edns->cookie->server_size = 8;
  return response;
}

TEST(FirstPlan, an_unknown_server_is_asked_over_udp_with_edns_and_a_cookie) {
  const SendPlan plan = plan_for();
  EXPECT_EQ(plan.transport, Transport::udp);
  EXPECT_TRUE(plan.edns);
  ASSERT_TRUE(plan.cookie);
  EXPECT_EQ(plan.cookie->client, client);
  EXPECT_EQ(plan.cookie->server_size, 0);
  EXPECT_FALSE(plan.cookie_required);
}

TEST(FirstPlan, a_server_that_cannot_do_edns_is_spared_it) {
  cache::ServerState state;
  state.edns = cache::EdnsAbility::fails;
  EXPECT_FALSE(plan_for(state).edns);
  EXPECT_FALSE(plan_for(state).cookie);
}

TEST(FirstPlan, repeated_loss_of_one_question_goes_to_tcp) {
  EXPECT_EQ(plan_for({}, 1).transport, Transport::udp);
  EXPECT_EQ(plan_for({}, 2).transport, Transport::tcp);
}

TEST(NextPlan, truncation_goes_to_tcp_and_truncation_over_tcp_is_the_end) {
  const auto next =
      next_plan(plan_for(), ExchangeOutcome::answered, nullptr, ResponseKind::truncated);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->transport, Transport::tcp);
  EXPECT_FALSE(next_plan(*next, ExchangeOutcome::answered, nullptr, ResponseKind::truncated));
}

TEST(NextPlan, a_near_miss_goes_to_tcp_and_once_back_when_there_is_no_tcp) {
  const auto tcp =
      next_plan(plan_for(), ExchangeOutcome::near_miss, nullptr, ResponseKind::malformed);
  ASSERT_TRUE(tcp);
  EXPECT_EQ(tcp->transport, Transport::tcp);
  const auto udp = next_plan(*tcp, ExchangeOutcome::unreachable, nullptr, ResponseKind::malformed);
  ASSERT_TRUE(udp);
  EXPECT_EQ(udp->transport, Transport::udp);
  EXPECT_TRUE(next_plan(*tcp, ExchangeOutcome::timed_out, nullptr, ResponseKind::malformed));
  EXPECT_FALSE(next_plan(*tcp, ExchangeOutcome::cancelled, nullptr, ResponseKind::malformed));
}

TEST(NextPlan, a_format_error_is_tried_without_edns_once) {
  const auto plain =
      next_plan(plan_for(), ExchangeOutcome::answered, nullptr, ResponseKind::format_error);
  ASSERT_TRUE(plain);
  EXPECT_FALSE(plain->edns);
  EXPECT_FALSE(plain->cookie);
  EXPECT_FALSE(next_plan(*plain, ExchangeOutcome::answered, nullptr, ResponseKind::format_error));
}

TEST(NextPlan, silence_is_no_reason_to_drop_edns) {
  EXPECT_FALSE(next_plan(plan_for(), ExchangeOutcome::timed_out, nullptr, ResponseKind::malformed));
  EXPECT_FALSE(
      next_plan(plan_for(), ExchangeOutcome::unreachable, nullptr, ResponseKind::malformed));
}

TEST(NextPlan, bad_cookies_are_met_over_udp_then_tcp_then_never) {
  const ParsedResponse response = bad_cookie_response();
  const auto again =
      next_plan(plan_for(), ExchangeOutcome::answered, &response, ResponseKind::bad_cookie);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->transport, Transport::udp);
  EXPECT_EQ(again->cookie->server_size, 8);
  const auto tcp =
      next_plan(*again, ExchangeOutcome::answered, &response, ResponseKind::bad_cookie);
  ASSERT_TRUE(tcp);
  EXPECT_EQ(tcp->transport, Transport::tcp);
  EXPECT_FALSE(next_plan(*tcp, ExchangeOutcome::answered, &response, ResponseKind::bad_cookie));
}

AskedQuestion asked_of(std::string_view qname) {
  AskedQuestion asked;
  asked.name = name(qname);
  asked.cut = name("example.com.");
  return asked;
}

TEST(MakeRequest, the_query_reads_back_as_what_is_expected) {
  FixedEntropy entropy;
  const UpstreamRequest request =
      make_request({}, plan_for(), asked_of("www.example.com."), ResolverOptions{}, entropy);
  const auto view = wire::MessageView::parse(request.message);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->header().id, request.expected.id);
  EXPECT_FALSE(view->header().rd);
  ASSERT_TRUE(view->question());
  EXPECT_TRUE(view->question()->name.is_identical(request.expected.name));
  EXPECT_EQ(request.expected.name, name("www.example.com."));
  EXPECT_FALSE(request.expected.name.is_identical(name("www.example.com.")))
      << "case must be randomised";
  const auto edns = wire::find_edns(*view);
  ASSERT_TRUE(edns && *edns);
  EXPECT_EQ((*edns)->udp_payload_octets, 1232);
  EXPECT_EQ((*edns)->cookie->client, client);
}

TEST(MakeRequest, letter_case_is_left_alone_when_the_operator_says_so) {
  FixedEntropy entropy;
  ResolverOptions options;
  options.case_randomisation = false;
  const UpstreamRequest request =
      make_request({}, plan_for(), asked_of("wWw.example.com."), options, entropy);
  EXPECT_TRUE(request.expected.name.is_identical(name("wWw.example.com.")));
  EXPECT_FALSE(request.expected.exact_case);
}

TEST(MakeRequest, forwarders_are_asked_to_recurse) {
  FixedEntropy entropy;
  AskedQuestion asked = asked_of("www.example.com.");
  asked.forwarded = true;
  const UpstreamRequest request = make_request({}, plan_for(), asked, ResolverOptions{}, entropy);
  EXPECT_TRUE(wire::MessageView::parse(request.message)->header().rd);
}

TEST(MakeRequest, the_longest_name_fits) {
  FixedEntropy entropy;
  const std::string label(63, 'a');
  const UpstreamRequest request =
      make_request({}, plan_for(),
                   asked_of(label + "." + label + "." + label + "." + std::string(61, 'b') + "."),
                   ResolverOptions{}, entropy);
  const auto view = wire::MessageView::parse(request.message);
  ASSERT_TRUE(view && view->question());
  EXPECT_EQ(view->question()->name.size(), 255u);
  EXPECT_TRUE(*wire::find_edns(*view));
}

}  // namespace
}  // namespace godwit::iterator
