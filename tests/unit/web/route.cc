#include "web/route.h"

#include <gtest/gtest.h>

namespace godwit::web {
namespace {

using Kind = Route::Kind;

TEST(Route, the_page_and_its_files_are_there) {
  for (const auto* const path : {"/", "/app.js", "/app.css", "/icon.svg", "/?x=y"}) {
    const auto route = route_of("GET", path);
    ASSERT_EQ(route.kind, Kind::asset) << path;
    EXPECT_FALSE(route.asset->body.empty()) << path;
  }
  EXPECT_TRUE(route_of("GET", "/").asset->type.starts_with("text/html"));
  EXPECT_TRUE(route_of("GET", "/").asset->body.starts_with("<!doctype html>"));
  EXPECT_TRUE(route_of("GET", "/app.js").asset->type.starts_with("text/javascript"));
}

TEST(Route, no_file_of_the_page_makes_markup_of_text) {
  for (const Asset& asset : assets())
    for (const std::string_view bad : {"innerHTML", "outerHTML", "insertAdjacentHTML",
                                       "document.write", "eval(", "://fonts", "https://"})
      EXPECT_EQ(asset.body.find(bad), std::string_view::npos) << asset.path << ": " << bad;
}

TEST(Route, what_godwitd_is_asked_follows_from_the_path_alone) {
  EXPECT_EQ(route_of("GET", "/metrics").request, R"({"command":"metrics"})");
  EXPECT_EQ(route_of("HEAD", "/metrics?a=b").kind, Kind::metrics);
  EXPECT_EQ(route_of("GET", "/healthz").kind, Kind::health);
  for (const std::string command : {"status", "stats", "metrics", "why", "servers"}) {
    const auto route = route_of("GET", "/api/" + command);
    EXPECT_EQ(route.kind, Kind::api);
    EXPECT_EQ(route.request, R"({"command":")" + command + R"("})");
    EXPECT_FALSE(route.has_parameters);
  }
  EXPECT_EQ(route_of("GET", "/api/top").request, R"({"command":"top","limit":100})");
  EXPECT_EQ(route_of("GET", "/api/status?command=config+reload").request,
            R"({"command":"status"})");
}

TEST(Route, a_name_and_a_type_are_handed_on_as_text) {
  const auto route = route_of("GET", "/api/why?name=a.example.&type=AAAA");
  EXPECT_TRUE(route.has_parameters);
  EXPECT_EQ(route.request, R"({"command":"why","name":"a.example.","type":"AAAA"})");
  EXPECT_EQ(route_of("GET", "/api/why?name=%3Cimg%22%5C.x").request,
            R"({"command":"why","name":"<img\"\\.x"})");
  EXPECT_EQ(route_of("GET", "/api/why?name=%22%2C%22command%22%3A%22x").request,
            R"({"command":"why","name":"\",\"command\":\"x"})");
}

TEST(Route, a_name_that_is_none_is_a_bad_request) {
  for (const auto* const query :
       {"name=", "name", "name=%", "name=%4", "name=%zz", "name=%00", "name=%0a", "name=a b",
        "name=%20", "name=%7f", "name=%c3%a4", "name=\xc3\xa4", "name=a&name=b", "type="})
    EXPECT_EQ(route_of("GET", std::string("/api/why?") + query).status, 400u) << query;
  EXPECT_EQ(route_of("GET", "/api/why?&&x=%&").request, R"({"command":"why"})");
}

TEST(Route, names_have_1024_octets_at_most) {
  for (const std::size_t octets : {1'023u, 1'024u})
    EXPECT_EQ(route_of("GET", "/api/why?name=" + std::string(octets, 'x')).status, 200u);
  EXPECT_EQ(route_of("GET", "/api/why?name=" + std::string(1'025, 'x')).status, 400u);
  EXPECT_EQ(route_of("GET", "/api/why?type=" + std::string(32, 'x')).status, 200u);
  EXPECT_EQ(route_of("GET", "/api/why?type=" + std::string(33, 'x')).status, 400u);
}

TEST(Route, everything_else_is_refused) {
  for (const auto* const path : {"/x", "/api", "/api/", "/api/explain", "/metrics/", "//",
                                 "/../etc", "/App.js", "/api/config", "/%6detrics"})
    EXPECT_EQ(route_of("GET", path).status, 404u) << path;
  for (const auto* const target : {"", "*", "http://localhost/", "metrics", "localhost:1"})
    EXPECT_EQ(route_of("GET", target).status, 400u) << target;
  for (const auto* const method :
       {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get", ""})
    EXPECT_EQ(route_of(method, "/metrics").status, 405u) << method;
}

}  // namespace
}  // namespace godwit::web
