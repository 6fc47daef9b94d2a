// What the headline says where an answer was given that had ended.
#include <gtest/gtest.h>

#include "tests/support/names.h"

#include "iterator/explanation.h"
#include "iterator/response.h"
#include "wire/name_text.h"

namespace godwit::iterator {
namespace {

using godwit::test::name_of;

using namespace trace;
using std::chrono::milliseconds;
using wire::RrType;

wire::Endpoint at_address(std::string_view address) {
  return {wire::IpAddress::parse(address).value(), 53};
}

Finished stale_end(ResolveError error) {
  Finished end{name_of("www.a."), RrType::a, wire::Rcode::noerror, error, 2, milliseconds(2'100)};
  end.gave_stale = true;
  return end;
}

TEST(StaleHeadline, names_the_servers_that_fail) {
  const std::vector<Event> steps{
      Started{name_of("www.a."), RrType::a, 0}, ZoneChosen{name_of("a."), 1, false},
      QueryDone{at_address("192.0.2.1"), ExchangeOutcome::timed_out, milliseconds(400), 0},
      stale_end(ResolveError::no_reachable_servers)};
  const auto lines = headline_of(steps);
  ASSERT_GE(lines.size(), 2u);
  EXPECT_EQ(lines[0],
            "NOERROR for www.a. A, from what had ended: zone a.: no server of it answers");
  EXPECT_EQ(lines[1], "asked 1: 192.0.2.1 no answer");
}

TEST(StaleHeadline, names_those_that_were_asked_in_vain_before_one_answered) {
  const std::vector<Event> steps{
      Started{name_of("www.a."), RrType::a, 0},
      ZoneChosen{name_of("a."), 2, false},
      QueryDone{at_address("192.0.2.1"), ExchangeOutcome::timed_out, milliseconds(2'000), 0},
      QueryDone{at_address("192.0.2.2"), ExchangeOutcome::answered, milliseconds(10), 60},
      Classified{at_address("192.0.2.2"), ResponseKind::answer, wire::Rcode::noerror, 0},
      stale_end(ResolveError::none)};
  const auto lines = headline_of(steps);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0], "NOERROR for www.a. A, from what had ended: a newer answer took 2100 ms");
  EXPECT_EQ(lines[1], "asked in vain: 192.0.2.1 no answer");
  EXPECT_EQ(lines[2], "from 192.0.2.2, a server of a.");
  // So it is of an answer that came in time, or slowly: behind what came of it.
  std::vector<Event> in_time = steps;
  std::get<Finished>(in_time.back()).gave_stale = false;
  const auto own = headline_of(in_time);
  ASSERT_EQ(own.size(), 3u);
  EXPECT_EQ(own[1], lines[2]);
  EXPECT_EQ(own[2], lines[1]);
}

}  // namespace
}  // namespace godwit::iterator
