#include "web/reply.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace godwit::web {
namespace {

using Outcome = Answer::Outcome;

Answer with(Outcome outcome, std::string error, std::vector<std::string> lines = {}) {
  return {outcome, std::move(error), std::move(lines)};
}

TEST(Reply, lines_become_json) {
  const auto reply = reply_of(route_of("GET", "/api/top"),
                              with(Outcome::told, "", {R"({"name":"<b>"})", R"({"a":1})"}));
  EXPECT_EQ(reply.status, 200u);
  EXPECT_EQ(reply.type, "application/json");
  const auto value = boost::json::parse(reply.body);
  EXPECT_TRUE(value.at("error").is_null());
  EXPECT_EQ(value.at("lines").as_array().size(), 2u);
  EXPECT_EQ(value.at("lines").at(0).at("name"), "<b>");
  EXPECT_EQ(reply_of(route_of("GET", "/api/top"), with(Outcome::told, "")).body,
            "{\"error\":null,\"lines\":[]}\n");
}

TEST(Reply, of_an_error_is_json_for_the_page_and_a_sentence_for_others) {
  const auto answer = with(Outcome::unreachable, "nobody at \"x\"");
  const auto reply = reply_of(route_of("GET", "/api/status"), answer);
  EXPECT_EQ(reply.status, 503u);
  EXPECT_EQ(boost::json::parse(reply.body).at("error"), "nobody at \"x\"");
  for (const auto* const path : {"/metrics", "/healthz"}) {
    const auto told = reply_of(route_of("GET", path), answer);
    EXPECT_EQ(told.status, 503u);
    EXPECT_EQ(told.body, "nobody at \"x\"\n");
    EXPECT_TRUE(told.type.starts_with("text/plain"));
  }
}

TEST(Reply, whose_fault_it_is_shows_in_the_status) {
  const auto status_of = [](const char* target, Outcome outcome) {
    return reply_of(route_of("GET", target), with(outcome, "x")).status;
  };
  EXPECT_EQ(status_of("/api/why?name=x", Outcome::not_understood), 400u);
  EXPECT_EQ(status_of("/api/why?name=x", Outcome::negative), 404u);
  EXPECT_EQ(status_of("/api/top", Outcome::not_understood), 501u);
  EXPECT_EQ(status_of("/metrics", Outcome::not_understood), 501u);
  EXPECT_EQ(status_of("/metrics", Outcome::negative), 503u);
  EXPECT_EQ(status_of("/healthz", Outcome::broken), 503u);
  EXPECT_EQ(reply_of(route_of("GET", "/healthz"), with(Outcome::told, "")).status, 200u);
}

TEST(Reply, metrics_are_the_families_that_are_some) {
  const auto reply = reply_of(
      route_of("GET", "/metrics"),
      with(
          Outcome::told, "",
          {R"({"family":"a_total","type":"counter","help":"h","samples":[{"labels":{"x":"\"\n"},"value":3}]})",
           R"({"family":"bad name","type":"counter","help":"h","samples":[]})", R"({"done":1})"}));
  EXPECT_EQ(reply.status, 200u);
  EXPECT_TRUE(reply.type.starts_with("text/plain; version=0.0.4"));
  EXPECT_EQ(reply.body, "# HELP a_total h\n# TYPE a_total counter\na_total{x=\"\\\"\\n\"} 3\n");
}

TEST(Reply, refusals_say_why) {
  for (const unsigned status : {400u, 404u, 405u, 413u, 421u, 431u, 503u}) {
    EXPECT_EQ(refusal(status).status, status);
    EXPECT_GT(refusal(status).body.size(), 20u);
  }
}

}  // namespace
}  // namespace godwit::web
